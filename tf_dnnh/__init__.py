"""Deep hashing with TensorFlow and Keras: images to short binary codes."""

from tf_dnnh import baselines, codes, data, layers, losses, metrics, models
from tf_dnnh.version import __version__

__all__ = [
    "__version__",
    "baselines",
    "codes",
    "data",
    "layers",
    "losses",
    "metrics",
    "models",
]
