"""Checks that every backbone must pass."""

import unittest
from collections.abc import Callable

import keras
import numpy as np
from keras import layers

from tf_dnnh.models import build_hashing_model


def check_parameters(
    test: unittest.TestCase,
    backbone: str,
    input_shape: tuple[int, int, int],
    counts: dict[int, int],
) -> None:
    """Checks the trained parameters of backbone and head, by number of bits."""
    for bits, count in counts.items():
        model = build_hashing_model(backbone, bits, input_shape)
        trained = sum(int(np.prod(w.shape)) for w in model.trainable_weights)
        test.assertEqual(trained, count, f"{bits} bits")


def check_builder(
    test: unittest.TestCase,
    builder: Callable[..., keras.Model],
    input_shape: tuple[int, int, int],
) -> None:
    """Checks the effect of the arguments that all builders share."""
    backbone = builder(3, input_shape, dropout=0.25, seed=5)
    test.assertEqual(backbone.output_shape, (None, 150))
    test.assertEqual(backbone.input_shape, (None, *input_shape))
    rates = {
        layer.rate
        for layer in backbone.layers
        if isinstance(layer, layers.Dropout)
    }
    test.assertEqual(rates, {0.25})
    images = np.random.default_rng(0).normal(size=(2, *input_shape))
    features = backbone(images)
    test.assertGreaterEqual(float(np.min(features)), 0)
    test.assertGreater(float(np.max(features)), 0)
    _check_seed(test, builder, input_shape, backbone)


def output_shapes(backbone: keras.Model) -> dict[str, tuple[int, ...]]:
    """Returns the shape of every layer's output without the batch."""
    return {layer.name: layer.output.shape[1:] for layer in backbone.layers}


def kernel_stddevs(backbone: keras.Model) -> list[float]:
    """Returns the standard deviation of every kernel, in order."""
    return [
        float(np.std(weight.numpy()))
        for weight in backbone.trainable_weights
        if weight.name == "kernel"
    ]


def _check_seed(test, builder, input_shape, backbone) -> None:
    same = builder(3, input_shape, dropout=0.25, seed=5)
    other = builder(3, input_shape, dropout=0.25, seed=6)
    kernels = [w for w in backbone.trainable_weights if w.name == "kernel"]
    for one, two in zip(backbone.weights, same.weights, strict=True):
        np.testing.assert_array_equal(one.numpy(), two.numpy())
    firsts = [kernel.numpy().flat[0] for kernel in kernels]
    test.assertEqual(len(set(firsts)), len(firsts))
    changed = next(w for w in other.trainable_weights if w.name == "kernel")
    test.assertNotEqual(changed.numpy().flat[0], firsts[0])
    he = builder(3, input_shape, initializer="he_uniform", seed=5)
    test.assertNotEqual(kernel_stddevs(he), kernel_stddevs(backbone))
