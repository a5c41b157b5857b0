"""Deep hashing with TensorFlow and Keras: images to short binary codes."""

from tf_dnnh import codes, layers, losses, models
from tf_dnnh.version import __version__

__all__ = ["__version__", "codes", "layers", "losses", "models"]
