"""Trunks of `keras.applications`, whose ImageNet weights Keras downloads."""

from collections.abc import Callable
from typing import Any

import keras
from keras import applications, layers, ops

from tf_dnnh.models.bit_features import bit_features
from tf_dnnh.models.global_batch_normalization import (
    GlobalBatchNormalization,
)


def mobilenet_v3(
    bits: int,
    input_shape: tuple[int, int, int] = (224, 224, 3),
    *,
    dropout: float = 0.2,
    initializer: str = "he_normal",
    seed: int | None = None,
) -> keras.Model:
    """Builds MobileNetV3-Large.

    Args:
        bits: number of bits the features are for.
        input_shape: (height, width, channels) of the images, from 32 x 32.
        dropout: share dropped before the fully connected layer.
        initializer: name of a Keras initializer, for that layer.
        seed: seed of that layer's initial weights and of dropout.

    Returns:
        Model from float [batch, height, width, channels] to [batch, 50 * bits]
        features >= 0; the ImageNet weights take pixels / 127.5 - 1.

    Example:
        >>> mobilenet_v3(12, (32, 32, 3)).output_shape
        (None, 600)

    Reference:
        Howard et al., ICCV 2019.
    """
    base = _base(
        applications.MobileNetV3Large, input_shape, include_preprocessing=False
    )
    return _trunk(base, bits, dropout, initializer, seed, "mobilenet_v3")


def efficientnet_v2_b0(
    bits: int,
    input_shape: tuple[int, int, int] = (224, 224, 3),
    *,
    dropout: float = 0.2,
    initializer: str = "he_normal",
    seed: int | None = None,
) -> keras.Model:
    """Builds EfficientNetV2-B0.

    Args:
        bits: number of bits the features are for.
        input_shape: (height, width, channels) of the images, from 32 x 32.
        dropout: share dropped before the fully connected layer.
        initializer: name of a Keras initializer, for that layer.
        seed: seed of that layer's initial weights and of dropout.

    Returns:
        Model from float [batch, height, width, channels] to [batch, 50 * bits]
        features >= 0; the ImageNet weights take pixels with ImageNet's mean
        and deviation of every channel.

    Example:
        >>> efficientnet_v2_b0(12, (32, 32, 3)).output_shape
        (None, 600)

    Reference:
        Tan and Le, ICML 2021.
    """
    base = _base(
        applications.EfficientNetV2B0, input_shape, include_preprocessing=False
    )
    return _trunk(base, bits, dropout, initializer, seed, "efficientnet_v2_b0")


def resnet50(
    bits: int,
    input_shape: tuple[int, int, int] = (224, 224, 3),
    *,
    dropout: float = 0.2,
    initializer: str = "he_normal",
    seed: int | None = None,
) -> keras.Model:
    """Builds ResNet-50.

    Its weights are Caffe's, for blue before green before red; the trunk turns
    the channels round.

    Args:
        bits: number of bits the features are for.
        input_shape: (height, width, channels) of the images, from 32 x 32.
        dropout: share dropped before the fully connected layer.
        initializer: name of a Keras initializer, for that layer.
        seed: seed of that layer's initial weights and of dropout.

    Returns:
        Model from float [batch, height, width, channels] to [batch, 50 * bits]
        features >= 0; the ImageNet weights take red, green and blue pixels
        without ImageNet's mean.

    Example:
        >>> resnet50(12, (32, 32, 3)).output_shape
        (None, 600)

    Reference:
        He et al., CVPR 2016.
    """
    base = _base(applications.ResNet50, input_shape, flip=True)
    return _trunk(base, bits, dropout, initializer, seed, "resnet50")


def convnext_tiny(
    bits: int,
    input_shape: tuple[int, int, int] = (224, 224, 3),
    *,
    dropout: float = 0.2,
    initializer: str = "he_normal",
    seed: int | None = None,
) -> keras.Model:
    """Builds ConvNeXt-Tiny.

    Args:
        bits: number of bits the features are for.
        input_shape: (height, width, channels) of the images, from 32 x 32.
        dropout: share dropped before the fully connected layer.
        initializer: name of a Keras initializer, for that layer.
        seed: seed of that layer's initial weights and of dropout.

    Returns:
        Model from float [batch, height, width, channels] to [batch, 50 * bits]
        features >= 0; the ImageNet weights take pixels with ImageNet's mean
        and deviation of every channel.

    Example:
        >>> convnext_tiny(12, (32, 32, 3)).output_shape
        (None, 600)

    Reference:
        Liu et al., CVPR 2022.
    """
    base = _base(
        applications.ConvNeXtTiny, input_shape, include_preprocessing=False
    )
    return _trunk(base, bits, dropout, initializer, seed, "convnext_tiny")


def application_part(trunk: keras.Model) -> keras.Model:
    """Returns the part of a trunk that `keras.applications` built.

    Args:
        trunk: from a function of this module.

    Returns:
        Model from the image to its last maps, which shares the layers, in
        Keras' order: a file of its weights fits.
    """
    return keras.Model(trunk.inputs[0], trunk.get_layer("pooled").input)


def _base(
    application: Callable[..., keras.Model],
    input_shape: tuple,
    *,
    flip: bool = False,
    **options: Any,
) -> keras.Model:
    """Builds it without classifier, with our batch norm for several devices."""
    inputs = keras.Input(input_shape, name="image")
    built = application(
        include_top=False,
        weights=None,
        input_tensor=ops.flip(inputs, axis=-1) if flip else inputs,
        **options,
    )
    return keras.models.clone_model(built, clone_function=_clone)


def _clone(layer: keras.layers.Layer) -> keras.layers.Layer:
    config = layer.get_config()
    if type(layer) is layers.BatchNormalization:
        config.pop("synchronized", None)
        return GlobalBatchNormalization.from_config(config)
    return type(layer).from_config(config)


def _trunk(
    base: keras.Model,
    bits: int,
    dropout: float,
    initializer: str,
    seed: int | None,
    name: str,
) -> keras.Model:
    features = bit_features(base.output, bits, dropout, initializer, seed)
    return keras.Model(base.inputs[0], features, name=name)
