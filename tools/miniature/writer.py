"""Writes drawn pictures and label files in NUS-WIDE's layout."""

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import tensorflow as tf

from tf_dnnh.data.nus_wide.concepts import CONCEPTS_21, CONCEPTS_81
from tools.miniature.drawing import draw

SIDES = (64, 112)
_MOST_LABELS = 5
_TRAINING_SHARE = 0.6


def write_miniature(
    folder: Path,
    images: int = 3000,
    *,
    layout: str = "official",
    missing: int = 5,
    corrupt: int = 5,
    seed: int = 0,
    sides: tuple[int, int] = SIDES,
) -> None:
    """Draws the images and writes them with their label files.

    The layout is `official`, or `lists` for `train.txt`, `test.txt` and
    `database.txt` with all 81 columns. Missing images are listed but not
    written; corrupt ones are written but do not decode. `sides` are the
    shortest and the longest side of a picture, in pixels.
    """
    rng = np.random.default_rng(seed)
    labels = draw_labels(images, rng)
    names = [_name(i, row) for i, row in enumerate(labels)]
    flawed = rng.permutation(images)[: missing + corrupt]
    image_folder = "Flickr" if layout == "official" else "images"
    for i, name in enumerate(names):
        if i not in flawed[:missing]:
            path = folder / image_folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(_picture(labels[i], sides, rng))
    for number, i in enumerate(flawed[missing:]):
        _spoil(folder / image_folder / names[i], number)
    is_training = rng.random(images) < _TRAINING_SHARE
    write = _write_official if layout == "official" else _write_lists
    write(folder, np.array(names), labels, is_training)


def draw_labels(images: int, rng: np.random.Generator) -> np.ndarray:
    """Draws labels with NUS-WIDE's order of frequencies; uint8 [images, 81].

    A row has at most 5 ones; some rows have none.
    """
    share = np.full(len(CONCEPTS_81), 0.008)
    frequent = [CONCEPTS_81.index(name) for name in CONCEPTS_21]
    share[frequent] = np.geomspace(0.16, 0.05, len(frequent))
    scores = rng.random([images, len(share)]) / share
    # Of those below 1, the five lowest.
    limit = np.sort(scores, axis=1)[:, _MOST_LABELS, None]
    return ((scores < 1) & (scores < limit)).astype(np.uint8)


def _name(number: int, labels: np.ndarray) -> str:
    """Makes up a path as in NUS-WIDE, with a Flickr photo number."""
    shown = np.flatnonzero(labels)
    category = CONCEPTS_81[shown[0]] if len(shown) else "abstract"
    return f"{category}/{number + 1:04d}_{2_000_000_000 + 17 * number}.jpg"


def _picture(
    labels: np.ndarray, sides: tuple[int, int], rng: np.random.Generator
) -> bytes:
    height, width = rng.integers(sides[0], sides[1] + 1, 2).tolist()
    pixels = draw(np.flatnonzero(labels).tolist(), (height, width), rng)
    return tf.io.encode_jpeg(pixels, quality=90).numpy()


def _spoil(path: Path, number: int) -> None:
    """Truncates a file, empties it, or makes it the page of a dead link."""
    contents = path.read_bytes()
    page = b"<html><body>This photo is no longer available.</body></html>"
    path.write_bytes([contents[: len(contents) // 2], b"", page][number % 3])


def _write_official(
    folder: Path, names: np.ndarray, labels: np.ndarray, is_training: np.ndarray
) -> None:
    _write_lines(folder / "ConceptsList" / "Concepts81.txt", CONCEPTS_81)
    every_row = np.ones(len(names), bool)
    parts = {"": every_row, "Train": is_training, "Test": ~is_training}
    for part, rows in parts.items():
        chosen = [name.replace("/", "\\") for name in names[rows]]
        _write_lines(folder / "ImageList" / f"{part}Imagelist.txt", chosen)
        above = "TrainTestLabels" if part else "AllLabels"
        end = f"_{part}.txt" if part else ".txt"
        for concept, column in zip(CONCEPTS_81, labels[rows].T, strict=True):
            path = folder / "Groundtruth" / above / f"Labels_{concept}{end}"
            _write_lines(path, column.astype(str))


def _write_lists(
    folder: Path, names: np.ndarray, labels: np.ndarray, is_training: np.ndarray
) -> None:
    is_test = np.zeros(len(names), bool)
    is_test[np.flatnonzero(~is_training)[: len(names) // 10]] = True
    parts = {"train": is_training, "test": is_test, "database": ~is_test}
    for part, rows in parts.items():
        lines = [
            f"images/{name} {' '.join(row.astype(str))}"
            for name, row in zip(names[rows], labels[rows], strict=True)
        ]
        _write_lines(folder / f"{part}.txt", lines)


def _write_lines(path: Path, lines: Iterable[str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{line}\r\n" for line in lines), newline="")
