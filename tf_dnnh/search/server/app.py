"""The application of the search server."""

import ipaddress

from fastapi import FastAPI
from starlette.types import ASGIApp

from tf_dnnh.search.collection import Collection
from tf_dnnh.search.server import api, request_error, web_pages
from tf_dnnh.search.server.facts import Facts
from tf_dnnh.search.server.guard import Guard
from tf_dnnh.search.server.limits import DEFAULT_LIMITS, Limits
from tf_dnnh.version import __version__

LOOPBACK = ("127.0.0.1", "::1", "localhost")


def create_app(
    collection: Collection,
    limits: Limits = DEFAULT_LIMITS,
    host: str = "127.0.0.1",
) -> ASGIApp:
    """Builds the application: JSON API, pages, and what guards them.

    Args:
        collection: what to search.
        limits: of a request.
        host: address that the server listens on. If only this computer can
            reach it, requests must ask for it by one of its own names.

    Returns:
        An ASGI application.
    """
    app = FastAPI(
        title="Search by binary codes",
        version=__version__,
        description="Finds the pictures of a collection whose codes differ "
        "from that of a query in the fewest bits.",
        docs_url=None,
        redoc_url=None,
    )
    request_error.install(app)
    facts = Facts(collection)
    app.include_router(api.build(collection, facts, limits))
    app.include_router(web_pages.build(app, collection, facts, limits))
    hosts = {host, *LOOPBACK} if is_loopback(host) else ()
    return Guard(app, hosts, limits.seconds)


def is_loopback(host: str) -> bool:
    """Returns whether only this computer can reach an address.

    Example:
        >>> is_loopback("localhost"), is_loopback("0.0.0.0")
        (True, False)
    """
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
