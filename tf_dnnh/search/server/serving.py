"""Runs the search server."""

import contextlib
import io
import socket
import threading
from collections.abc import Callable

import uvicorn
from PIL import Image

from tf_dnnh.errors import UserError
from tf_dnnh.search.collection import Collection
from tf_dnnh.search.search_error import SearchError
from tf_dnnh.search.server.app import create_app, is_loopback
from tf_dnnh.search.server.limits import DEFAULT_LIMITS, Limits
from tf_dnnh.stopping import Stopped


def serve(
    collection: Collection,
    host: str = "127.0.0.1",
    port: int = 8000,
    *,
    limits: Limits = DEFAULT_LIMITS,
    log: Callable[[str], None] = print,
) -> None:
    """Serves the pages and the API of a collection until a signal comes.

    Args:
        collection: what to search.
        host: address to listen on; the default is reached only from this
            computer.
        port: to listen on; 0 for any that is free.
        limits: of a request.
        log: is told the address of the page.

    Raises:
        SearchError: if the server cannot listen there.
    """
    listening = listen(host, port)
    with listening:
        log(f"{collection.name}: {_address(listening)} (Ctrl+C stops it)")
        if not is_loopback(host):
            log("Everyone who reaches this computer can see the pictures.")
        threading.Thread(
            target=_warm_up, args=[collection], daemon=True
        ).start()
        server = make_server(collection, host, limits)
        with contextlib.suppress(KeyboardInterrupt, Stopped):
            server.run(sockets=[listening])


def make_server(
    collection: Collection, host: str, limits: Limits
) -> uvicorn.Server:
    """Returns a server that is not running yet."""
    config = uvicorn.Config(
        create_app(collection, limits, host),
        access_log=False,
        lifespan="off",
        log_level="warning",
        proxy_headers=False,
        server_header=False,
        # Browsers keep connections open, which must not hold up the end.
        timeout_graceful_shutdown=2,
        ws="none",
    )
    return uvicorn.Server(config)


def listen(host: str, port: int) -> socket.socket:
    """Returns a socket that listens on an address.

    Raises:
        SearchError: if the address cannot be used.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM
        )[0]
        # asyncio switches Nagle's algorithm off, which holds up an answer for
        # 40 ms, only for sockets that name their protocol.
        listening = socket.socket(family, kind, protocol)
        with contextlib.ExitStack() as failed:
            failed.callback(listening.close)
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listening.bind(address)
            listening.listen()
            failed.pop_all()
        return listening
    except (OSError, OverflowError) as error:
        raise SearchError(
            f"The server cannot listen on port {port} of {host} ({error}): "
            "give another --port, 0 for any that is free."
        ) from error


def _address(listening: socket.socket) -> str:
    host, port = listening.getsockname()[:2]
    return f"http://{f'[{host}]' if ':' in host else host}:{port}/"


def _warm_up(collection: Collection) -> None:
    """Loads the model, so that the first upload need not wait for it."""
    picture = io.BytesIO()
    Image.new("RGB", (1, 1)).save(picture, "PNG")
    # An upload meets the same error and shows it.
    with contextlib.suppress(UserError):
        collection.encode([picture.getvalue()])
