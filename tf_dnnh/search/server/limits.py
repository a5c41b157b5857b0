"""Limits of the search server."""

import dataclasses

from tf_dnnh.data.headers import MAX_PIXELS


@dataclasses.dataclass(frozen=True)
class Limits:
    """What the server does at most for a request, and at one time.

    Attributes:
        upload_bytes: of an uploaded file; reading stops there.
        pixels: width times height of an uploaded picture, as its header
            states them, before it is decoded.
        seconds: from the arrival of a request to the start of its answer.
        results: pictures in one answer.
        encoding: uploads that are encoded at one time.
        waiting: uploads that wait for that; further ones are refused.
        drawing: thumbnails and originals that are read at one time.
    """

    upload_bytes: int = 20_000_000
    pixels: int = MAX_PIXELS
    seconds: float = 30.0
    results: int = 1000
    encoding: int = 2
    waiting: int = 32
    drawing: int = 4


DEFAULT_LIMITS = Limits()
