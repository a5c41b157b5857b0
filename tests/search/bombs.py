"""Makes small files that announce huge pictures."""

import struct
import zlib

# A lossless WebP of 16,383 x 16,383 pixels in 34 bytes.
WEBP_BOMB = (
    b"RIFF\x1a\0\0\0WEBPVP8L\x0d\0\0\0\x2f"
    + struct.pack("<I", 16382 | 16382 << 14)
    + bytes(9)
)


def png(width: int, height: int, rows: int = 0) -> bytes:
    """Makes a 1-bit PNG that announces a size."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + check

    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    pixels = zlib.compress(bytes(rows * (1 + -(-width // 8))), 9)
    parts = [(b"IHDR", header), (b"IDAT", pixels), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(*part) for part in parts)
