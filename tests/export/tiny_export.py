"""A small export, its Keras model and images with known codes.

    python -m tests.export.tiny_export FOLDER

writes one for a real TensorFlow Serving.
"""

import atexit
import functools
import pathlib
import sys
import tempfile
from typing import NamedTuple

import keras
import numpy as np
import tensorflow as tf

from export.metadata import model_metadata
from export.saved_model import write_saved_model
from export.serving.kit import write_serving_kit
from tf_dnnh.data.preprocessing import load_image
from tf_dnnh.models import build_hashing_model

BITS = 20
# Not square, so that height and width cannot be mixed up unnoticed.
HEIGHT, WIDTH = 12, 10
# (height, width) of the image files.
SIZES = ((12, 10), (40, 30), (9, 33), (64, 64), (12, 50))


class TinyExport(NamedTuple):
    """An export folder, and images with the codes that it must give.

    Attributes:
        folder: holds `saved_model/`, `serving/`, `model.keras`, `images/`.
        model: the Keras model.
        files: JPEG and PNG files of several sizes.
        file_codes: their packed codes as hexadecimal digits, from Keras.
        pixels: uint8 [n, HEIGHT, WIDTH, 3].
        pixel_files: the same as PPM files.
        pixel_codes: their codes.
    """

    folder: pathlib.Path
    model: keras.Model
    files: list[pathlib.Path]
    file_codes: list[str]
    pixels: np.ndarray
    pixel_files: list[pathlib.Path]
    pixel_codes: list[str]

    @property
    def saved_model(self) -> pathlib.Path:
        """The folder of the only version."""
        return self.folder / "saved_model" / "1"


def _tiny_model() -> keras.Model:
    def seeded(seed: int) -> keras.initializers.Initializer:
        return keras.initializers.HeNormal(seed)

    images = keras.Input((HEIGHT, WIDTH, 3))
    maps = keras.layers.Conv2D(
        16, 3, activation="relu", kernel_initializer=seeded(1)
    )(images)
    features = keras.layers.Dense(
        4 * BITS, activation="tanh", kernel_initializer=seeded(2)
    )(keras.layers.GlobalAveragePooling2D()(maps))
    backbone = keras.Model(images, features)
    return build_hashing_model(backbone, BITS, (HEIGHT, WIDTH, 3), seed=3)


def _picture(height: int, width: int, seed: int) -> np.ndarray:
    """Draws coarse patches of colour, uint8 [height, width, 3]."""
    patches = np.random.default_rng(seed).integers(0, 256, (3, 3, 3))
    smooth = tf.image.resize(patches.astype(np.float32), (height, width))
    return smooth.numpy().astype(np.uint8)


def write(folder: pathlib.Path) -> None:
    """Writes model, SavedModel, serving kit and images."""
    model = _tiny_model()
    version = folder / "saved_model" / "1"
    version.parent.mkdir(parents=True)
    write_saved_model(model, version, model_metadata(model))
    write_serving_kit(folder, image_size=model.image_size, bits=BITS)
    model.save(folder / "model.keras")
    images = folder / "images"
    images.mkdir()
    for index, size in enumerate(SIZES):
        picture = _picture(*size, index)
        if index % 2:
            contents, kind = tf.io.encode_jpeg(picture), "jpg"
        else:
            contents, kind = tf.io.encode_png(picture), "png"
        (images / f"{index}.{kind}").write_bytes(contents.numpy())
        pixels = _picture(HEIGHT, WIDTH, 100 + index)
        header = f"P6\n{WIDTH} {HEIGHT}\n255\n".encode()
        (images / f"{index}.ppm").write_bytes(header + pixels.tobytes())


def read(folder: pathlib.Path) -> TinyExport:
    """Reads an export that `write` wrote, and computes Keras' codes."""
    model = keras.saving.load_model(folder / "model.keras")
    files = sorted(
        path
        for path in (folder / "images").iterdir()
        if path.suffix in (".jpg", ".png")
    )
    loaded = [
        load_image(path.read_bytes(), model.image_size).numpy()
        for path in files
    ]
    pixel_files = sorted((folder / "images").glob("*.ppm"))
    pixels = np.stack(
        [
            np.frombuffer(
                path.read_bytes()[-HEIGHT * WIDTH * 3 :], np.uint8
            ).reshape(HEIGHT, WIDTH, 3)
            for path in pixel_files
        ]
    )
    return TinyExport(
        folder,
        model,
        files,
        [code.tobytes().hex() for code in model.encode(np.stack(loaded))],
        pixels,
        pixel_files,
        [code.tobytes().hex() for code in model.encode(pixels)],
    )


@functools.cache
def tiny_export() -> TinyExport:
    """Returns an export that lasts as long as the process."""
    folder = tempfile.TemporaryDirectory()
    atexit.register(folder.cleanup)
    write(pathlib.Path(folder.name))
    return read(pathlib.Path(folder.name))


if __name__ == "__main__":
    write(pathlib.Path(sys.argv[1]))
