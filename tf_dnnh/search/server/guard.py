"""Refuses foreign requests, adds headers of safety, and keeps the time."""

import asyncio
import urllib.parse
from collections.abc import Collection, Mapping

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tf_dnnh.search.server import request_error

POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' blob: data:",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
        # No text of the page can become markup or script.
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
    ]
)
HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    # Other sites cannot show the pictures, nor learn that they exist.
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


class Guard:
    """The outermost layer of the application.

    Args:
        app: what answers requests.
        hosts: host names that a request may ask for; empty for any. A site
            that points its own name at this computer (DNS rebinding) asks for
            that name.
        seconds: time until an answer must have begun.
    """

    def __init__(
        self, app: ASGIApp, hosts: Collection[str], seconds: float
    ) -> None:
        self._app = app
        self._hosts = frozenset(hosts)
        self._seconds = seconds

    async def __call__(
        self, scope: Scope, receive: Receive, send: Send
    ) -> None:
        """Answers one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        refusal = self._refusal(Headers(scope=scope))
        send = _with_headers(send)
        if refusal:
            await request_error.response(403, refusal)(scope, receive, send)
        else:
            await self._in_time(scope, receive, send)

    def _refusal(self, headers: Headers) -> str | None:
        host = headers.get("host", "")
        if self._hosts and host_name(host) not in self._hosts:
            return (
                f"This server answers only to {', '.join(sorted(self._hosts))}."
            )
        origin = headers.get("origin")
        if origin and urllib.parse.urlsplit(origin).netloc != host:
            return "This server answers only its own pages."
        return None

    async def _in_time(
        self, scope: Scope, receive: Receive, send: Send
    ) -> None:
        begun = False

        async def send_in_time(message: Message) -> None:
            nonlocal begun
            begun = True
            deadline.reschedule(None)
            await send(message)

        try:
            async with asyncio.timeout(self._seconds) as deadline:
                await self._app(scope, receive, send_in_time)
        except TimeoutError:
            if begun:
                raise
            late = request_error.response(
                503, f"No answer within {self._seconds:g} seconds: try again."
            )
            await late(scope, receive, send)


def host_name(host: str) -> str:
    """Returns the name in a `Host` header, without the port.

    Example:
        >>> host_name("LocalHost:8000"), host_name("[::1]:8000")
        ('localhost', '::1')
    """
    try:
        return urllib.parse.urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def _with_headers(send: Send) -> Send:
    async def send_with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
        await send(message)

    return send_with_headers
