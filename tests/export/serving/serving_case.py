"""The base class of tests of a model server.

By default the server is our own (`serving_server`), with a tiny export. To
run the same tests against a real TensorFlow Serving, set

    TF_SERVING_URL    "grpc://HOST:8500", "http://HOST:8501", or both
    TF_SERVING_EXPORT  the folder it serves, made by
                       `python -m tests.export.tiny_export FOLDER`
"""

import os
import pathlib
import unittest

from tests.export import tiny_export
from tests.export.tiny_export import TinyExport

try:
    from tests.export.serving.serving_server import ServingServer
except ImportError:
    # tensorflow-serving-api is not installed; the tests are skipped.
    ServingServer = None

EXTRA = "needs tensorflow-serving-api: pip install -e '.[test]'"
# Prints its arguments, one per line.
FAKE_DOCKER = '#!/bin/sh\nprintf "%s\\n" "$@"\n'
URLS = os.environ.get("TF_SERVING_URL", "").replace(",", " ").split()


def fake_docker(folder: pathlib.Path) -> dict[str, str]:
    """Returns an environment whose `docker` prints its arguments."""
    path = folder / "docker"
    path.write_text(FAKE_DOCKER)
    path.chmod(0o755)
    return os.environ | {"PATH": f"{folder}:{os.environ['PATH']}"}


class ServingCase(unittest.TestCase):
    """Runs its tests against a server of `self.export`."""

    export: TinyExport
    server: "ServingServer | None" = None
    urls: list[str]

    @classmethod
    def setUpClass(cls) -> None:
        if URLS:
            folder = os.environ.get("TF_SERVING_EXPORT")
            if not folder:
                raise ValueError("TF_SERVING_URL needs TF_SERVING_EXPORT")
            cls.export = tiny_export.read(pathlib.Path(folder))
            cls.urls = URLS
            return
        if ServingServer is None:
            raise unittest.SkipTest(EXTRA)
        cls.export = tiny_export.tiny_export()
        cls.server = ServingServer(cls.export.folder / "saved_model")
        cls.addClassCleanup(cls.server.stop)
        cls.urls = [cls.server.grpc_url, cls.server.rest_url]

    def url(self, scheme: str) -> str:
        """Returns the server's address for "grpc" or "http"."""
        for url in self.urls:
            if url.startswith(f"{scheme}://"):
                return url
        return self.skipTest(f"no {scheme} address in TF_SERVING_URL")
