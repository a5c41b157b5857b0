"""Draws small versions of pictures, and keeps them in files."""

import io
import shutil
from collections.abc import Callable
from pathlib import Path

from tf_dnnh import files
from tf_dnnh.data.headers import MAX_PIXELS
from tf_dnnh.search.picture import Picture
from tf_dnnh.search.picture_error import PictureError
from tf_dnnh.search.picture_header import check_header

SIDE = 192
_QUALITY = 85
_UPPER_BITS = 1 / 256
# Folders of a million files are slow to list.
_PER_FOLDER = 1000


def draw_thumbnail(
    contents: bytes, side: int = SIDE, max_pixels: int = MAX_PIXELS
) -> bytes:
    """Shrinks a picture to fit into a square; small ones keep their size.

    Args:
        contents: the bytes of its file.
        side: longest side of the result in pixels.
        max_pixels: pixels beyond which the picture is refused.

    Returns:
        The bytes of a JPEG file.

    Raises:
        PictureError: if the picture cannot be decoded.
    """
    from PIL import Image, ImageOps

    check_header(contents, max_pixels)
    try:
        with Image.open(io.BytesIO(contents)) as image:
            # JPEG is decoded at a fraction of its size.
            image.draft("RGB", (2 * side, 2 * side))
            upright = ImageOps.exif_transpose(image)
            if upright.mode.startswith("I"):
                upright = upright.point(lambda v: v * _UPPER_BITS, "L")
            shown = upright.convert("RGB")
    except Exception as error:
        # Pillow raises errors of many types for damaged files.
        raise PictureError(f"cannot be decoded ({error})") from error
    shown.thumbnail((side, side))
    small = io.BytesIO()
    shown.save(small, "JPEG", quality=_QUALITY, subsampling=0)
    return small.getvalue()


def cached_thumbnail(
    folder: Path, picture: Picture, read: Callable[[], bytes]
) -> bytes:
    """Returns the thumbnail of a picture, and keeps it if it is new.

    Args:
        folder: the cache.
        picture: the picture; its thumbnail is drawn again when it changes.
        read: reads the contents of its file.

    Returns:
        The bytes of a JPEG file.

    Raises:
        PictureError: if the picture cannot be decoded.
    """
    path = _folder(folder, picture.id) / f"{picture.id}-{_state(picture)}.jpg"
    try:
        return path.read_bytes()
    except FileNotFoundError:
        pass
    drawn = draw_thumbnail(read())
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with files.replacing(path) as beside:
            beside.write_bytes(drawn)
    except OSError:
        # An index on a full or read-only disk can still be looked at.
        return drawn
    return drawn


def sweep_thumbnails(folder: Path, ids: list[int]) -> None:
    """Removes the thumbnails of pictures that have changed or are gone."""
    if len(ids) > _PER_FOLDER:
        shutil.rmtree(folder, ignore_errors=True)
        return
    for id_ in ids:
        for path in _folder(folder, id_).glob(f"{id_}-*.jpg"):
            path.unlink(missing_ok=True)


def _folder(folder: Path, id_: int) -> Path:
    return folder / str(id_ // _PER_FOLDER)


def _state(picture: Picture) -> str:
    return f"{picture.bytes or 0:x}-{round(1e6 * (picture.mtime or 0)):x}"
