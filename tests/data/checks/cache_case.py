"""The base class of tests of what is remembered about files."""

import os
import pathlib
import tempfile
import unittest
from types import ModuleType
from unittest import mock


class CacheCase(unittest.TestCase):
    """Gives a folder of data and an empty cache; remembers from 4 files on."""

    module: ModuleType

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name) / "data"
        self.cache = pathlib.Path(folder.name) / "cache"
        environment = {"XDG_CACHE_HOME": str(self.cache)}
        for patch in (
            mock.patch.dict(os.environ, environment),
            mock.patch.object(self.module, "MANY", 3),
        ):
            patch.start()
            self.addCleanup(patch.stop)
