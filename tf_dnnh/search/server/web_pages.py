"""The pages for people, and their styles and scripts."""

import hashlib
import pathlib
from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, FastAPI, Request
from starlette.responses import HTMLResponse, Response

from tf_dnnh.pages import rendering
from tf_dnnh.search.collection import Collection
from tf_dnnh.search.server import api_page, index_page
from tf_dnnh.search.server.addresses import Addresses
from tf_dnnh.search.server.facts import Facts
from tf_dnnh.search.server.limits import Limits
from tf_dnnh.search.server.request_error import RequestError

_HERE = pathlib.Path(__file__).parent
_TEMPLATES = _HERE / "templates"
_STYLE = "style.css"
_MEDIA_TYPES = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
}
# A longer list would be slow to open; the most frequent labels are kept.
_MOST_LABELS = 1000


def build(
    app: FastAPI, collection: Collection, facts: Facts, limits: Limits
) -> APIRouter:
    """Returns the routes of the pages.

    Args:
        app: whose API one of the pages describes.
        collection: what to search.
        facts: about the collection.
        limits: of a request.
    """
    router = APIRouter(include_in_schema=False)

    def page(template: str, **values: Any) -> HTMLResponse:
        common = {"name": collection.name, "bits": collection.bits}
        return HTMLResponse(
            rendering.render(_TEMPLATES, template, common | values)
        )

    @router.get("/")
    def search() -> HTMLResponse:
        return page(
            "search.html.j2",
            pictures=len(collection),
            radius=collection.radius,
            labels=_labels(collection.labels),
            limits=limits,
        )

    @router.get("/index")
    async def index() -> HTMLResponse:
        summary = await facts.summary()
        thumbnail = Addresses(facts.version).thumbnail
        values = index_page.values(summary)
        return page("index.html.j2", **values, thumbnail=thumbnail)

    @router.get("/api")
    def api(request: Request) -> HTMLResponse:
        description = api_page.values(app.openapi())
        address = str(request.base_url)
        return page("api.html.j2", **description, address=address)

    _add_static_files(router)
    return router


def _add_static_files(router: APIRouter) -> None:
    static = _static_files()

    # A table, so that no name from outside reaches the disk.
    @router.get("/static/{name}")
    def file(request: Request, name: str) -> Response:
        if name not in static:
            raise RequestError(404, "There is no such file.")
        contents, kind, tag = static[name]
        headers = {"Cache-Control": "no-cache", "ETag": tag}
        if request.headers.get("if-none-match") == tag:
            return Response(status_code=304, headers=headers)
        return Response(contents, headers=headers, media_type=kind)


def _static_files() -> dict[str, tuple[bytes, str, str]]:
    """Returns contents, media type and tag of each file by its name."""
    contents = {
        path.name: path.read_bytes() for path in (_HERE / "static").iterdir()
    }
    style = rendering.render(_TEMPLATES, f"{_STYLE}.j2", {})
    contents[_STYLE] = style.encode("utf-8")
    return {
        name: (
            data,
            _MEDIA_TYPES[pathlib.Path(name).suffix],
            f'"{hashlib.blake2b(data, digest_size=12).hexdigest()}"',
        )
        for name, data in contents.items()
    }


def _labels(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    frequent = sorted(counts.items(), key=lambda pair: -pair[1])[:_MOST_LABELS]
    return sorted(frequent)
