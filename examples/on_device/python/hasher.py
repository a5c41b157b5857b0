"""Computes packed codes with an exported `.tflite` file and no TensorFlow."""

import json
import sys
import zipfile

try:
    import numpy as np
    from ai_edge_litert.interpreter import Interpreter
    from PIL import Image, ImageOps
except ImportError as missing:
    sys.exit(
        f"error: {missing.name} is not installed: run `pip install "
        "ai-edge-litert numpy pillow`."
    )

METADATA = "tf_dnnh.json"


class UserError(ValueError):
    """Tells the user in one sentence what is wrong and what to do."""


def read_metadata(path) -> dict:
    """Reads the metadata that the exporter added to the file as a zip entry."""
    try:
        with zipfile.ZipFile(path) as archive:
            return json.loads(archive.read(METADATA))
    except (zipfile.BadZipFile, KeyError):
        raise UserError(
            f"{path} holds no `{METADATA}`: export it with "
            "`python -m export.main`."
        ) from None


def read_picture(path) -> Image.Image:
    """Decodes a file as training does.

    Takes the first frame, turned upright according to its EXIF orientation;
    drops transparency and the lower 8 bits of 16-bit samples.
    """
    with Image.open(path) as image:
        if image.mode.startswith("I;16"):
            upper = (np.asarray(image) >> 8).astype(np.uint8)
            return Image.fromarray(upper).convert("RGB")
        upright = ImageOps.exif_transpose(image)
        return upright.convert("RGB")


def to_pixels(picture: Image.Image, image_size, load_size=None) -> np.ndarray:
    """Resizes as training does: bilinear, antialiased, without rounding.

    Args:
        picture: RGB, of any size.
        image_size: (height, width) of the result.
        load_size: (height, width) that it is resized to before it is
            center-cropped. Default: `image_size`.

    Returns:
        float32 [height, width, 3] in 0..255.
    """
    height, width = load_size or image_size
    # Pillow rounds resized pixels to whole numbers, except in mode "F".
    channels = [
        channel.convert("F").resize((width, height), Image.Resampling.BILINEAR)
        for channel in picture.split()
    ]
    pixels = np.stack([np.asarray(channel) for channel in channels], axis=-1)
    top, left = (height - image_size[0]) // 2, (width - image_size[1]) // 2
    return pixels[top:, left:][: image_size[0], : image_size[1]]


class Hasher:
    """Hashes pictures with the `encode` signature of a `.tflite` file.

    Args:
        path: the `.tflite` file.
        threads: number of threads for the network. Default: LiteRT's choice.
    """

    def __init__(self, path, threads: int | None = None):
        metadata = read_metadata(path)
        self.bits = int(metadata["bits"])
        self.image_size = metadata["image_size"]
        self.load_size = metadata.get("load_size")
        self.fingerprint = metadata["model_fingerprint"]
        self._interpreter = Interpreter(str(path), num_threads=threads)
        self._encode = self._interpreter.get_signature_runner("encode")

    def read(self, path) -> np.ndarray:
        """Reads a picture file as float32 [height, width, 3] in 0..255."""
        return self.pixels(read_picture(path))

    def pixels(self, picture: Image.Image) -> np.ndarray:
        """Converts a picture to float32 [height, width, 3] in 0..255."""
        return to_pixels(picture, self.image_size, self.load_size)

    def encode(self, images: np.ndarray) -> np.ndarray:
        """Hashes float32 [n, height, width, 3] in 0..255: uint8 [n, bytes]."""
        return self._encode(image=images)["code"]
