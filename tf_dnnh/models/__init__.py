"""Trunks from images to features, and the model from images to codes."""

from tf_dnnh.models.backbones import BACKBONES
from tf_dnnh.models.build import build_hashing_model
from tf_dnnh.models.global_batch_normalization import (
    GlobalBatchNormalization,
)
from tf_dnnh.models.hashing_model import HashingModel
from tf_dnnh.models.nin import nin
from tf_dnnh.models.nin32 import nin32
from tf_dnnh.models.plain_cnn import plain_cnn
from tf_dnnh.models.small_resnet import small_resnet

__all__ = [
    "BACKBONES",
    "GlobalBatchNormalization",
    "HashingModel",
    "build_hashing_model",
    "nin",
    "nin32",
    "plain_cnn",
    "small_resnet",
]
