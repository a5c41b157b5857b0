"""Makes small exported `.tflite` files and pictures to hash."""

import pathlib
from collections.abc import Sequence

import numpy as np
from PIL import Image

from export.metadata import model_metadata
from export.tflite import write_tflite
from tests.export.tiny_run import tiny_model

# (height, width): smaller than the model's, equal, larger, more than one band
# of the page's canvas, and thin.
SIZES = ((5, 9), (16, 16), (48, 64), (300, 200), (777, 640), (1, 1), (2, 90))
SUFFIXES = ("png", "gif", "bmp", "webp", "png", "png", "png")


def export_device_files(
    folder: pathlib.Path, seed: int, variants: Sequence[str] = ("float32",)
):
    """Exports an untrained model.

    Returns:
        The Keras model and {variant: path}.
    """
    model = tiny_model(seed)
    # Pictures are loaded larger and cropped, as those of NUS-WIDE are.
    model.load_size = (20, 19)
    images = np.random.default_rng(0).uniform(0, 255, (20, 1, 16, 16, 3))

    def representative():
        return iter(images.astype(np.float32))

    folder.mkdir(parents=True, exist_ok=True)
    paths = {name: folder / f"{name}.tflite" for name in variants}
    for name, path in paths.items():
        write_tflite(model, name, path, representative, model_metadata(model))
    return model, paths


def draw_picture(height: int, width: int, seed: int) -> Image.Image:
    """Draws patches of colour with some noise on top."""
    random = np.random.default_rng(seed)
    patches = random.integers(0, 256, (4, 4, 3), dtype=np.uint8)
    smooth = Image.fromarray(patches).resize((width, height))
    noise = random.integers(-20, 21, (height, width, 3))
    noisy = np.clip(np.asarray(smooth) + noise, 0, 255)
    return Image.fromarray(noisy.astype(np.uint8))


def write_pictures(folder: pathlib.Path) -> list[pathlib.Path]:
    """Writes files of all `SIZES`, in subfolders `even` and `odd`."""
    paths = []
    for index, (size, suffix) in enumerate(zip(SIZES, SUFFIXES, strict=True)):
        path = folder / ("odd" if index % 2 else "even") / f"{index}.{suffix}"
        path.parent.mkdir(parents=True, exist_ok=True)
        draw_picture(*size, seed=index).save(path, lossless=True)
        paths.append(path)
    return paths


def write_photo(folder: pathlib.Path) -> pathlib.Path:
    """Writes a JPEG file whose EXIF orientation is a turn by 90 degrees."""
    path = folder / "photo.jpg"
    exif = Image.Exif()
    exif[0x0112] = 6
    draw_picture(60, 100, seed=50).save(path, quality=95, exif=exif)
    return path
