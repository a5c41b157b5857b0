"""Draws small versions of pictures."""

import io

from tf_dnnh.search.picture_error import PictureError
from tf_dnnh.search.picture_header import MAX_PIXELS, check_header

SIDE = 192
_QUALITY = 85
_UPPER_BITS = 1 / 256


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
