"""The backbones that can be chosen by name."""

import functools
import re

import keras

from tf_dnnh.models import applications
from tf_dnnh.models.backbone import Backbone
from tf_dnnh.models.efficientnet_lite0 import efficientnet_lite0
from tf_dnnh.models.efficientnet_weights import load_efficientnet
from tf_dnnh.models.nin import nin, nin32
from tf_dnnh.models.plain_cnn import plain_cnn
from tf_dnnh.models.residual_cnn import residual_cnn
from tf_dnnh.models.small_resnet import small_resnet

# ImageNet's mean and standard deviation of red, green and blue, in 0..255.
_MEAN = (123.675, 116.28, 103.53)
_STD = (58.395, 57.12, 57.375)

_application = functools.partial(
    Backbone, load_weights=applications.load_application
)

BACKBONES: dict[str, Backbone] = {
    "nin32": Backbone(nin32, initializer="paper"),
    "nin": Backbone(nin, initializer="paper"),
    "small_resnet": Backbone(small_resnet, blocks=r"block\d+"),
    "plain_cnn": Backbone(plain_cnn),
    "residual_cnn": Backbone(residual_cnn, blocks=r"block\d+"),
    "efficientnet_lite0": Backbone(
        efficientnet_lite0,
        mean=127.0,
        std=128.0,
        load_weights=load_efficientnet,
        blocks=r"block\d+",
    ),
    "mobilenet_v3": _application(
        applications.mobilenet_v3, blocks=r"expanded_conv(?:_\d+)?"
    ),
    "efficientnet_v2_b0": _application(
        applications.efficientnet_v2_b0, _MEAN, _STD, blocks=r"block\d+[a-z]"
    ),
    "resnet50": _application(
        applications.resnet50,
        # The weights come from Caffe, which subtracts the mean only.
        mean=(123.68, 116.779, 103.939),
        std=1.0,
        blocks=r"conv\d+_block\d+",
    ),
    "convnext_tiny": _application(
        applications.convnext_tiny,
        _MEAN,
        _STD,
        blocks=r"convnext_tiny_stage_\d+_block_\d+",
    ),
}


def layer_blocks(backbone: keras.Model) -> list[str | None]:
    """Returns the name of the block that each layer of a backbone belongs to.

    None stands for layers outside all blocks; a model whose name is not in
    `BACKBONES` has no blocks.
    """
    row = BACKBONES.get(backbone.name)
    if row is None or row.blocks is None:
        return [None] * len(backbone.layers)
    pattern = re.compile(f"({row.blocks})_")
    found = (pattern.match(layer.name) for layer in backbone.layers)
    return [match[1] if match else None for match in found]
