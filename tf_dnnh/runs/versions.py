"""Versions of the software that a run's figures depend on."""

import importlib.metadata
import platform

from tf_dnnh.version import __version__

_PACKAGES = ("tensorflow", "keras", "numpy", "tensorflow-datasets")


def versions() -> dict[str, str]:
    """Returns the versions of this package, Python and main dependencies."""
    return {
        "tf_dnnh": __version__,
        "python": platform.python_version(),
        **{name: importlib.metadata.version(name) for name in _PACKAGES},
    }
