"""The JSON API: searches, pictures, and facts about the index."""

import asyncio
import hashlib
from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request
from starlette.responses import Response

from tf_dnnh.search.collection import Collection
from tf_dnnh.search.picture_error import PictureError
from tf_dnnh.search.server import answers, uploads
from tf_dnnh.search.server.addresses import Addresses
from tf_dnnh.search.server.facts import Facts
from tf_dnnh.search.server.limits import Limits
from tf_dnnh.search.server.request_error import RequestError
from tf_dnnh.search.server.searching import Searching, Wishes
from tf_dnnh.search.server.workers import Workers

# SQLite and NumPy end at 64 bits.
_Id = Annotated[int, Path(ge=0, lt=2**63, description="id of a picture")]

_UPLOAD = {
    "requestBody": {
        "required": True,
        "description": "the file itself: JPEG, PNG, GIF, BMP or WebP",
        "content": {"image/*": {"schema": {"type": "string"}}},
    }
}


def build(collection: Collection, facts: Facts, limits: Limits) -> APIRouter:
    """Returns the routes below `/api`.

    Args:
        collection: what to search.
        facts: about the collection.
        limits: of a request.
    """
    router = APIRouter(
        prefix="/api",
        responses={
            422: {"model": answers.Problem, "description": "wrong values"},
            503: {"model": answers.Problem, "description": "busy or too slow"},
        },
    )
    addresses = Addresses(facts.version)
    searching = Searching(collection, addresses)
    _add_searches(router, searching, limits, collection.bits)
    _add_pictures(router, searching, collection, addresses, limits)

    @router.get("/index", summary="Facts about the index")
    async def index() -> dict[str, Any]:
        return await facts.summary()

    return router


def _add_searches(
    router: APIRouter, searching: Searching, limits: Limits, bits: int
) -> None:
    wishes = _wishes(limits, bits)
    encoding = Workers("encode", limits.encoding, limits.waiting)

    @router.post(
        "/search",
        summary="Search for an uploaded picture",
        responses=_errors(413, "the file is too large"),
        openapi_extra=_UPLOAD,
    )
    async def search_upload(
        request: Request, wanted: Annotated[Wishes, Depends(wishes)]
    ) -> answers.Answer:
        contents = await uploads.read_picture(request, limits)
        return await encoding.run(searching.by_contents, contents, wanted)

    @router.get(
        "/search",
        summary="Search for a picture of the collection, or for a code",
        responses=_errors(404, "there is no such picture"),
    )
    async def search(
        wanted: Annotated[Wishes, Depends(wishes)],
        id: Annotated[
            int | None,
            Query(
                ge=0,
                lt=2**63,
                description="picture to search for; it is not in the results",
            ),
        ] = None,
        code: Annotated[
            str | None, Query(description="packed code, in hexadecimal")
        ] = None,
        relaxed: Annotated[
            str | None,
            Query(
                description="relaxed code to rerank `code` by, 8 bits a "
                "value in hexadecimal, as an upload's answer gives it"
            ),
        ] = None,
    ) -> answers.Answer:
        # The pictures of a run have no relaxed codes before they are encoded.
        run = encoding.run if wanted.rerank else asyncio.to_thread
        if id is not None and code is None:
            return await run(searching.by_id, id, wanted)
        if code is not None and id is None:
            return await run(searching.by_code, code, relaxed, wanted)
        raise RequestError(422, "Give either `id` or `code`.")


def _wishes(limits: Limits, bits: int) -> Callable[..., Wishes]:
    """Returns what reads the parameters that all searches have."""

    def wishes(
        k: Annotated[
            int, Query(ge=1, le=limits.results, description="most results")
        ] = 24,
        radius: Annotated[
            int | None,
            Query(ge=0, le=bits, description="largest distance of a result"),
        ] = None,
        label: Annotated[
            str | None, Query(description="only pictures with this label")
        ] = None,
        rerank: Annotated[
            bool,
            Query(
                description="order by relaxed codes, which are finer than bits"
            ),
        ] = False,
    ) -> Wishes:
        return Wishes(k, radius, label, rerank)

    return wishes


def _add_pictures(
    router: APIRouter,
    searching: Searching,
    collection: Collection,
    addresses: Addresses,
    limits: Limits,
) -> None:
    drawing = Workers("draw", limits.drawing)
    gone = _errors(404, "there is no such picture")
    image = gone | {200: {"content": {"image/*": {}}}}

    @router.get("/pictures", summary="Pictures chosen at random")
    def sample(
        count: Annotated[int, Query(ge=1, le=limits.results)] = 24,
        seed: Annotated[
            int, Query(ge=0, lt=2**63, description="chooses the pictures")
        ] = 0,
    ) -> list[answers.FoundPicture]:
        return [addresses.found(one) for one in searching.sample(count, seed)]

    @router.get("/pictures/{id}", summary="One picture", responses=gone)
    def picture(id: _Id) -> answers.PictureDetails:
        return addresses.details(searching.picture(id))

    @router.get(
        "/pictures/{id}/thumbnail",
        summary="A small JPEG of a picture",
        response_class=Response,
        responses=image,
    )
    async def thumbnail(request: Request, id: _Id) -> Response:
        def read() -> tuple[bytes, str]:
            searching.picture(id)
            return collection.thumbnail(id), "image/jpeg"

        return _file(request, addresses, *await drawing.run(_there, read))

    @router.get(
        "/pictures/{id}/original",
        summary="A picture as it lies on disk",
        response_class=Response,
        responses=image,
    )
    async def original(request: Request, id: _Id) -> Response:
        def read() -> tuple[bytes, str]:
            searching.picture(id)
            return collection.read(id)

        return _file(request, addresses, *await drawing.run(_there, read))


def _there(read: Any) -> tuple[bytes, str]:
    try:
        return read()
    except PictureError as error:
        raise RequestError(
            404, f"This picture cannot be shown: {error}."
        ) from error


def _file(
    request: Request, addresses: Addresses, contents: bytes, media_type: str
) -> Response:
    """Answers with a file, or with 304 if the browser has it already."""
    # Under its version, an address means the same picture forever.
    known = request.query_params.get("version") == addresses.version
    age = "max-age=31536000, immutable" if known else "no-cache"
    tag = f'"{hashlib.blake2b(contents, digest_size=12).hexdigest()}"'
    headers = {"ETag": tag, "Cache-Control": f"private, {age}"}
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(contents, headers=headers, media_type=media_type)


def _errors(status: int, description: str) -> dict[int | str, dict[str, Any]]:
    return {status: {"model": answers.Problem, "description": description}}
