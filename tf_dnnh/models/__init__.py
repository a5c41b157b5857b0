"""Backbones from images to features, and the model from images to codes."""

from tf_dnnh.models.applications import (
    convnext_tiny,
    efficientnet_v2_b0,
    mobilenet_v3,
    resnet50,
)
from tf_dnnh.models.backbone import Backbone
from tf_dnnh.models.backbones import BACKBONES
from tf_dnnh.models.build import build_hashing_model
from tf_dnnh.models.efficientnet_lite0 import efficientnet_lite0
from tf_dnnh.models.global_batch_normalization import GlobalBatchNormalization
from tf_dnnh.models.hashing_model import HashingModel
from tf_dnnh.models.nin import nin, nin32
from tf_dnnh.models.plain_cnn import plain_cnn
from tf_dnnh.models.pretrained import PRETRAINED
from tf_dnnh.models.residual_cnn import residual_cnn
from tf_dnnh.models.small_resnet import small_resnet

__all__ = [
    "BACKBONES",
    "PRETRAINED",
    "Backbone",
    "GlobalBatchNormalization",
    "HashingModel",
    "build_hashing_model",
    "convnext_tiny",
    "efficientnet_lite0",
    "efficientnet_v2_b0",
    "mobilenet_v3",
    "nin",
    "nin32",
    "plain_cnn",
    "residual_cnn",
    "resnet50",
    "small_resnet",
]
