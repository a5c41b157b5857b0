"""Reads uploaded pictures within the limits."""

from fastapi import Request

from tf_dnnh.search.picture_error import PictureError
from tf_dnnh.search.picture_header import check_header
from tf_dnnh.search.server.limits import Limits
from tf_dnnh.search.server.request_error import RequestError


async def read_picture(request: Request, limits: Limits) -> bytes:
    """Reads the body of a request: a picture that may be decoded.

    Raises:
        RequestError: 413 if the file is too large, 422 if it is no picture or
            has too many pixels.
    """
    contents = await _read(request, limits.upload_bytes)
    try:
        check_header(contents, limits.pixels)
    except PictureError as error:
        raise unusable(error) from error
    return contents


def unusable(error: PictureError) -> RequestError:
    """Returns the answer to a picture that cannot be searched."""
    return RequestError(422, f"This picture cannot be searched: {error}.")


async def _read(request: Request, most: int) -> bytes:
    too_large = RequestError(
        413, f"The file is too large: send at most {most / 1e6:g} MB."
    )
    announced = request.headers.get("content-length", "0")
    if announced.isdecimal() and int(announced) > most:
        raise too_large
    contents = bytearray()
    async for chunk in request.stream():
        contents += chunk
        if len(contents) > most:
            raise too_large
    return bytes(contents)
