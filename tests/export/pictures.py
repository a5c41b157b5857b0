"""Makes image files of every kind that a client may send."""

import io
from typing import Any

import numpy as np
from PIL import Image


def picture(height: int = 40, width: int = 52) -> Image.Image:
    """Makes a smooth RGB picture, which JPEG preserves well."""
    y, x = np.mgrid[0:height, 0:width]
    channels = [
        127 + 120 * np.sin(x / 9 + y / 17),
        255 * y / max(height - 1, 1),
        127 + 120 * np.cos(x / 13 - y / 7),
    ]
    return Image.fromarray(np.stack(channels, -1).astype(np.uint8))


def encoded(image: Image.Image, kind: str, **options: Any) -> bytes:
    """Encodes a picture as a file."""
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def valid_files() -> dict[str, bytes]:
    """Returns one file of each kind that must give the right code."""
    rgb = picture()
    grey = rgb.convert("L")
    turned = rgb.rotate(90, expand=True)
    grey16 = Image.fromarray(np.asarray(grey).astype(np.uint16) * 257)
    exif = Image.Exif()
    exif[0x0112] = 6
    return {
        "jpeg": encoded(rgb, "JPEG", quality=95),
        "progressive jpeg": encoded(rgb, "JPEG", progressive=True),
        "grey jpeg": encoded(grey, "JPEG"),
        "cmyk jpeg": encoded(rgb.convert("CMYK"), "JPEG"),
        "turned jpeg": encoded(turned, "JPEG", exif=exif),
        "png": encoded(rgb, "PNG"),
        "grey png": encoded(grey, "PNG"),
        "palette png": encoded(rgb.convert("P"), "PNG"),
        "rgba png": encoded(rgb.convert("RGBA"), "PNG"),
        "one-bit png": encoded(grey.convert("1"), "PNG"),
        "16-bit png": encoded(grey16, "PNG"),
        "gif": encoded(rgb, "GIF"),
        "animated gif": encoded(
            rgb, "GIF", save_all=True, append_images=[turned.resize(rgb.size)]
        ),
        "bmp": encoded(rgb, "BMP"),
        "grey bmp": encoded(grey, "BMP"),
        "1x1 png": encoded(picture(1, 1), "PNG"),
        "1x10000 png": encoded(picture(10_000, 1), "PNG"),
        "10000x1 jpeg": encoded(picture(1, 10_000), "JPEG"),
    }


def invalid_files() -> dict[str, bytes]:
    """Returns files that must be refused."""
    rgb = picture()
    return {
        "nothing": b"",
        "text": b"no image at all",
        "tiff": encoded(rgb, "TIFF"),
        "palette bmp": encoded(rgb.convert("P"), "BMP"),
        "truncated jpeg": encoded(rgb, "JPEG")[:-400],
        "truncated png": encoded(rgb, "PNG")[:-50],
        "truncated gif": encoded(rgb, "GIF")[:-50],
        "truncated bmp": encoded(rgb, "BMP")[:-50],
        "start of a jpeg": b"\xff\xd8\xff\xe0",
        "start of a png": b"\x89PNG\r\n\x1a\n",
    }


def mutated(content: bytes, random: np.random.Generator) -> bytes:
    """Damages a file in one of several common ways."""
    data = bytearray(content)
    size = len(data)
    at = int(random.integers(size))
    length = int(random.integers(1, 40))
    match random.integers(6):
        case 0:  # Some bits.
            for where in random.integers(0, size, 1 + length // 8):
                data[where] ^= 1 << int(random.integers(8))
        case 1:  # The header, where sizes and depths are.
            for where in random.integers(0, min(size, 64), 1 + length // 16):
                data[where] = int(random.integers(256))
        case 2:  # The end is missing.
            del data[at:]
        case 3:  # A piece is missing.
            del data[at : at + length]
        case 4:  # A piece is there twice.
            data[at:at] = data[at : at + length]
        case 5:  # A piece was overwritten.
            noise = random.integers(0, 256, length, dtype=np.uint8)
            data[at : at + length] = noise.tobytes()
    return bytes(data)
