"""Runs the server in a thread of a test."""

import contextlib
import threading
from collections.abc import Iterator

from tf_dnnh.search.collection import Collection
from tf_dnnh.search.server import serving
from tf_dnnh.search.server.limits import DEFAULT_LIMITS, Limits


@contextlib.contextmanager
def running(
    collection: Collection,
    limits: Limits = DEFAULT_LIMITS,
    host: str = "127.0.0.1",
) -> Iterator[str]:
    """Serves a collection on a free port; yields the address."""
    with serving.listen(host, 0) as listening:
        server = serving.make_server(collection, host, limits)
        thread = threading.Thread(
            target=server.run, kwargs={"sockets": [listening]}
        )
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()
