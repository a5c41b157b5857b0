"""Backbones of `keras.applications`, whose ImageNet weights Keras downloads."""

import pathlib
from collections.abc import Callable

import keras
from keras import applications, layers, ops

from tf_dnnh.models.global_batch_normalization import GlobalBatchNormalization
from tf_dnnh.models.initializers import kernels
from tf_dnnh.models.shared_layers import bit_features

_DOCUMENTATION = """Builds {title}.

    Args:
        bits: number of bits per code; each gets 50 features.
        input_shape: (height, width, channels) of the images, at least 32 x 32.
        dropout: fraction dropped before the fully connected layer.
        initializer: name of a Keras initializer, for that layer.
        seed: seed of that layer's initial weights and of dropout.

    Returns:
        Model from float [batch, height, width, channels] to [batch, 50 * bits]
        features >= 0. The ImageNet weights expect
        {pixels}.

    Example:
        >>> {name}(12, (32, 32, 3)).output_shape
        (None, 600)

    Reference:
        {reference}.
    """


# The functions that build the networks and download their weights.
_APPLICATIONS = {
    "mobilenet_v3": applications.MobileNetV3Large,
    "efficientnet_v2_b0": applications.EfficientNetV2B0,
    "resnet50": applications.ResNet50,
    "convnext_tiny": applications.ConvNeXtTiny,
}


def _builder(
    name: str, title: str, pixels: str, reference: str, bgr: bool = False
) -> Callable[..., keras.Model]:
    """Returns the public function that builds one backbone."""
    # ResNet-50 has no preprocessing layers to leave out.
    options = {} if bgr else {"include_preprocessing": False}

    def build(
        bits: int,
        input_shape: tuple[int, int, int] = (224, 224, 3),
        *,
        dropout: float = 0.2,
        initializer: str = "he_normal",
        seed: int | None = None,
    ) -> keras.Model:
        inputs = keras.Input(input_shape, name="image")
        base = _APPLICATIONS[name](
            include_top=False,
            weights=None,
            input_tensor=ops.flip(inputs, axis=-1) if bgr else inputs,
            **options,
        )
        base = keras.models.clone_model(base, clone_function=_clone)
        last = kernels(initializer, seed, 999)
        features = bit_features(base.output, bits, dropout, last, seed)
        return keras.Model(base.inputs[0], features, name=name)

    build.__name__ = build.__qualname__ = name
    build.__doc__ = _DOCUMENTATION.format(
        name=name, title=title, pixels=pixels, reference=reference
    )
    return build


def _clone(layer: keras.layers.Layer) -> keras.layers.Layer:
    """Copies a layer, with batch normalisation over the global batch."""
    config = layer.get_config()
    if type(layer) is layers.BatchNormalization:
        config.pop("synchronized", None)
        return GlobalBatchNormalization.from_config(config)
    return type(layer).from_config(config)


mobilenet_v3 = _builder(
    "mobilenet_v3",
    "MobileNetV3-Large",
    "pixels / 127.5 - 1",
    "Howard et al., ICCV 2019",
)
efficientnet_v2_b0 = _builder(
    "efficientnet_v2_b0",
    "EfficientNetV2-B0",
    "pixels standardised with ImageNet's mean and deviation per channel",
    "Tan and Le, ICML 2021",
)
resnet50 = _builder(
    "resnet50",
    "ResNet-50, whose weights come from Caffe",
    "red, green and blue pixels minus ImageNet's mean",
    "He et al., CVPR 2016",
    bgr=True,
)
convnext_tiny = _builder(
    "convnext_tiny",
    "ConvNeXt-Tiny",
    "pixels standardised with ImageNet's mean and deviation per channel",
    "Liu et al., CVPR 2022",
)


def application_part(backbone: keras.Model) -> keras.Model:
    """Returns the part of a backbone that `keras.applications` built.

    It shares the layers, in Keras' order, so that Keras' weight files fit.
    """
    return keras.Model(backbone.inputs[0], backbone.get_layer("pooled").input)


def load_application(
    backbone: keras.Model, weights: str, download: bool
) -> None:
    """Loads weights that Keras publishes; see `load_pretrained`."""
    from_file = weights != "imagenet"
    advice = (
        f"give the file of {backbone.name} that ends in _notop.h5, downloaded "
        "on a machine with a network"
    )
    if from_file and not pathlib.Path(weights).is_file():
        raise ValueError(f"`weights` must be a file. Received: {weights}")
    if not from_file and not download:
        raise ValueError(
            f"`weights` of {backbone.name} are downloaded, and downloads are "
            f"off; {advice}"
        )
    try:
        loaded = _APPLICATIONS[backbone.name](
            include_top=False,
            weights=weights,
            input_shape=backbone.input_shape[1:],
        )
    except Exception as error:
        # Keras raises a bare `Exception` where a download fails.
        reason = str(error).strip().splitlines()[0]
        failed = "loaded from " + weights if from_file else "downloaded"
        raise ValueError(
            f"`weights` could not be {failed} ({reason}); {advice}"
        ) from error
    application_part(backbone).set_weights(loaded.get_weights())
