"""Layers that turn features into relaxed codes."""

from tf_dnnh.layers.divide_and_encode import DivideAndEncode
from tf_dnnh.layers.fully_connected_encode import FullyConnectedEncode
from tf_dnnh.layers.piecewise_threshold import PiecewiseThreshold

__all__ = ["DivideAndEncode", "FullyConnectedEncode", "PiecewiseThreshold"]
