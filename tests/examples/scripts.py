"""Locates and imports the example scripts."""

import importlib
import pathlib
import sys
import types

FOLDER = pathlib.Path(__file__).resolve().parents[2] / "examples" / "on_device"
SCRIPTS = FOLDER / "python"
WEB = FOLDER / "web"


def import_script(
    name: str, folder: pathlib.Path = SCRIPTS
) -> types.ModuleType:
    """Imports one of the scripts, which are in no package."""
    sys.path[:0] = [str(folder), str(SCRIPTS)]
    try:
        return importlib.import_module(name)
    finally:
        del sys.path[:2]
