"""Versions of what a run's numbers depend on."""

import importlib.metadata
import platform

from tf_dnnh.version import __version__

_PACKAGES = ("tensorflow", "keras", "numpy", "tensorflow-datasets")


def versions() -> dict[str, str]:
    """Versions of this package, of Python and of the packages beneath."""
    return {
        "tf_dnnh": __version__,
        "python": platform.python_version(),
        **{name: importlib.metadata.version(name) for name in _PACKAGES},
    }
