"""Helpers of several tests: checks of a layer, and gradients."""

import json
import pathlib
import tempfile
import unittest
from collections.abc import Callable
from typing import Any

import keras
import numpy as np
import tensorflow as tf


def run_layer_test(
    test: unittest.TestCase,
    layer_class: type[keras.layers.Layer],
    arguments: dict[str, Any],
    inputs: np.ndarray,
    *,
    output_shape: tuple[int, ...],
    weight_shapes: list[tuple[int, ...]],
    half_tolerance: float = 2e-2,
) -> None:
    """Checks the properties that every layer must have.

    Args:
        test: the running test.
        layer_class: the layer's class.
        arguments: arguments of its constructor.
        inputs: float32 array, one batch, away from kinks of the function.
        output_shape: shape of the output for `inputs`.
        weight_shapes: shapes of the weights in order.
        half_tolerance: tolerance of results in half precision.
    """
    layer = layer_class(**arguments)
    outputs = layer(inputs)
    test.assertEqual(tuple(outputs.shape), output_shape)
    test.assertEqual(outputs.dtype, "float32")
    test.assertEqual([tuple(w.shape) for w in layer.weights], weight_shapes)
    test.assertEqual(
        tuple(layer.compute_output_shape((None, *inputs.shape[1:]))),
        (None, *output_shape[1:]),
    )
    _check_symbolic_call(test, layer, inputs, output_shape)
    _check_compiled(layer, inputs, outputs)
    _check_config(test, layer)
    _check_save_and_load(layer, inputs, outputs)
    _check_gradients(layer, inputs)
    _check_half(test, layer, inputs, outputs, half_tolerance)


def numeric_gradient(
    function: Callable[[np.ndarray], Any], at: np.ndarray, step: float = 1e-2
) -> np.ndarray:
    """Differentiates a scalar function by central differences.

    Args:
        function: maps an array of the shape of `at` to a scalar.
        at: float32 array.
        step: half the distance between the two points; smaller ones lose
            digits in float32.

    Returns:
        float64 array of the shape of `at`.
    """
    gradient = np.zeros(at.shape, np.float64)
    for index in np.ndindex(at.shape):
        shift = np.zeros_like(at)
        shift[index] = step
        above, below = function(at + shift), function(at - shift)
        gradient[index] = (float(above) - float(below)) / (2 * step)
    return gradient


def gradient(function: Callable[[Any], Any], at: Any) -> np.ndarray:
    """Differentiates a scalar function of one tensor automatically."""
    at = tf.convert_to_tensor(at)
    with tf.GradientTape() as tape:
        tape.watch(at)
        value = function(at)
    return tape.gradient(value, at).numpy()


def save_and_load(model: keras.Model) -> keras.Model:
    """Saves a model in Keras' own format and loads it."""
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "model.keras"
        model.save(path)
        return keras.saving.load_model(path)


def _check_symbolic_call(test, layer, inputs, output_shape) -> None:
    outputs = layer(keras.Input(inputs.shape[1:]))
    test.assertEqual(tuple(outputs.shape), (None, *output_shape[1:]))


def _check_compiled(layer, inputs, outputs) -> None:
    for xla in (False, True):
        compiled = tf.function(layer, jit_compile=xla)(tf.constant(inputs))
        np.testing.assert_allclose(compiled, outputs, rtol=1e-5, atol=1e-6)


def _check_config(test, layer) -> None:
    config = layer.get_config()
    json.dumps(config)
    test.assertEqual(type(layer).from_config(config).get_config(), config)
    again = keras.saving.deserialize_keras_object(
        keras.saving.serialize_keras_object(layer)
    )
    test.assertEqual(again.get_config(), config)


def _check_save_and_load(layer, inputs, outputs) -> None:
    model = keras.Sequential([keras.Input(inputs.shape[1:]), layer])
    np.testing.assert_array_equal(save_and_load(model)(inputs), outputs)


def _check_gradients(layer, inputs) -> None:
    weights = np.random.default_rng(0).normal(size=layer(inputs).shape)

    def weighted(at) -> tf.Tensor:
        return tf.reduce_sum(layer(at) * tf.constant(weights, tf.float32))

    np.testing.assert_allclose(
        gradient(weighted, inputs),
        numeric_gradient(weighted, inputs),
        rtol=1e-2,
        atol=1e-3,
    )


def _check_half(test, layer, inputs, outputs, tolerance) -> None:
    for kind in ("float16", "bfloat16"):
        config = {**layer.get_config(), "dtype": f"mixed_{kind}"}
        half = type(layer).from_config(config)
        half.build(inputs.shape)
        half.set_weights(layer.get_weights())
        test.assertEqual(half(inputs).dtype, kind)
        test.assertEqual({w.dtype for w in half.weights} - {"float32"}, set())
        np.testing.assert_allclose(
            tf.cast(half(inputs), "float32"), outputs, atol=tolerance
        )
