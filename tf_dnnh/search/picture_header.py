"""Reads kind and size of a picture from its header, before it is decoded.

A file of a few bytes can announce a picture that fills the memory: 34 bytes are
enough for a WebP of 16,383 x 16,383 pixels.
"""

import io
import struct
from collections.abc import Callable

from tf_dnnh.data.headers import MAX_PIXELS
from tf_dnnh.search.picture_error import PictureError

Size = tuple[int, int]


def check_header(contents: bytes, max_pixels: int = MAX_PIXELS) -> str:
    """Refuses a picture that is too large to be decoded.

    Args:
        contents: the bytes of the file.
        max_pixels: the largest width times height. The frames of an animated
            GIF, which are all decoded, count together, a third each.

    Returns:
        The media type, such as `image/jpeg`.

    Raises:
        PictureError: if the picture has more pixels or no known header.

    Example:
        >>> check_header(b"GIF89a" + bytes([2, 0, 3, 0, 0, 0, 0]))
        'image/gif'
    """
    known = [row for start, row in _KINDS.items() if contents.startswith(start)]
    if not known:
        reason = "not a JPEG, PNG, GIF, BMP or WebP picture"
        raise PictureError(reason if contents else "empty file")
    kind, read_size = known[0]
    try:
        width, height = read_size(contents)
    except Exception as error:
        # Pillow raises errors of many types for a damaged header.
        raise PictureError(f"damaged header of a {kind} picture") from error
    if abs(width * height) > max_pixels:
        raise PictureError(
            f"{width} x {height} pixels, more than {max_pixels:,}"
        )
    return f"image/{kind}"


def _jpeg(contents: bytes) -> Size:
    from PIL import JpegImagePlugin

    return JpegImagePlugin.JpegImageFile(io.BytesIO(contents)).size


def _png(contents: bytes) -> Size:
    width, height = struct.unpack_from(">II", contents, 16)
    return width, height


def _bmp(contents: bytes) -> Size:
    (header,) = struct.unpack_from("<I", contents, 14)
    kind = "<HH" if header == 12 else "<ii"
    width, height = struct.unpack_from(kind, contents, 18)
    return width, abs(height)


def _webp(contents: bytes) -> Size:
    if contents[8:12] != b"WEBP":
        raise ValueError("RIFF, but no WebP")
    match contents[12:16]:
        case b"VP8X":
            width, height = contents[24:27], contents[27:30]
            return (
                1 + int.from_bytes(width, "little"),
                1 + int.from_bytes(height, "little"),
            )
        case b"VP8L":
            (packed,) = struct.unpack_from("<I", contents, 21)
            return 1 + (packed & 0x3FFF), 1 + (packed >> 14 & 0x3FFF)
        case _:
            width, height = struct.unpack_from("<HH", contents, 26)
            return width & 0x3FFF, height & 0x3FFF


def _gif(contents: bytes) -> Size:
    """Returns the size of the screen, or all frames in a row if larger."""
    width, height, flags = struct.unpack_from("<HHB", contents, 6)
    pixels, at = 0, 13 + _palette_bytes(flags)
    while at < len(contents) and contents[at] in b"!,":
        if contents[at] == ord("!"):
            at += 2
        else:
            frame = struct.unpack_from("<HHB", contents, at + 5)
            pixels += frame[0] * frame[1]
            at += 11 + _palette_bytes(frame[2])
        at = _after_blocks(contents, at)
    # The decoder holds a byte for every pixel of a frame, three for the first.
    pixels //= 3
    return (width, height) if pixels <= width * height else (pixels, 1)


def _palette_bytes(flags: int) -> int:
    return 3 << (flags & 7) + 1 if flags & 0x80 else 0


def _after_blocks(contents: bytes, at: int) -> int:
    while at < len(contents) and contents[at]:
        at += 1 + contents[at]
    return at + 1


_KINDS: dict[bytes, tuple[str, Callable[[bytes], Size]]] = {
    b"\xff\xd8\xff": ("jpeg", _jpeg),
    b"\x89PNG\r\n\x1a\n": ("png", _png),
    b"GIF8": ("gif", _gif),
    b"BM": ("bmp", _bmp),
    b"RIFF": ("webp", _webp),
}
