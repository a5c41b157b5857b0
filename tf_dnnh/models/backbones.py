"""The trunks that can be asked for by name."""

from collections.abc import Callable

import keras

from tf_dnnh.models.applications import (
    convnext_tiny,
    efficientnet_v2_b0,
    mobilenet_v3,
    resnet50,
)
from tf_dnnh.models.efficientnet_lite0 import efficientnet_lite0
from tf_dnnh.models.nin import nin
from tf_dnnh.models.nin32 import nin32
from tf_dnnh.models.plain_cnn import plain_cnn
from tf_dnnh.models.small_resnet import small_resnet

# Each is called as builder(bits, input_shape, *, dropout, initializer, seed)
# and returns a model from normalised images to features [batch, 50 * bits].
BACKBONES: dict[str, Callable[..., keras.Model]] = {
    "nin32": nin32,
    "nin": nin,
    "small_resnet": small_resnet,
    "plain_cnn": plain_cnn,
    "efficientnet_lite0": efficientnet_lite0,
    "mobilenet_v3": mobilenet_v3,
    "efficientnet_v2_b0": efficientnet_v2_b0,
    "resnet50": resnet50,
    "convnext_tiny": convnext_tiny,
}
