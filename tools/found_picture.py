"""Draws queries and the images found for them: `python -m tools.found_picture`.

The picture of README.md and docs/index.md, from the neighbours that a finished
run keeps for its report.
"""

import argparse
import pathlib
from collections.abc import Sequence

import numpy as np

from tf_dnnh import files
from tf_dnnh.runs.run_folder import RunFolder

PICTURE = pathlib.Path(__file__).resolve().parents[1] / "docs/images/found.png"
_SIDE, _GAP, _FRAME = 64, 8, 3
_PAGE, _RIGHT, _WRONG = (255, 255, 255), (27, 107, 61), (176, 35, 24)


def draw(run: RunFolder, rows: int = 5) -> np.ndarray:
    """Returns uint8 [height, width, 3]: per row a query and its neighbours.

    Rows are the typical queries of the run, which come last in its file; a
    green frame marks a relevant image, a red one an irrelevant one.
    """
    arrays = run.read_neighbours()
    shown = range(len(arrays["query_images"]))[-rows:]
    return np.concatenate([_row(arrays, query) for query in shown])


def _row(arrays: dict[str, np.ndarray], query: int) -> np.ndarray:
    gap = np.full((_SIDE + 2 * _GAP, 3 * _GAP, 3), _PAGE, np.uint8)
    cells = [_cell(arrays["query_images"][query], _PAGE), gap]
    for image, relevant in zip(
        arrays["neighbour_images"][query],
        arrays["neighbour_relevant"][query],
        strict=True,
    ):
        cells.append(_cell(image, _RIGHT if relevant else _WRONG))
    return np.concatenate(cells, axis=1)


def _cell(image: np.ndarray, frame: Sequence[int]) -> np.ndarray:
    """Enlarges or shrinks a picture to the cell, and frames it."""
    height, width = image.shape[:2]
    rows = np.arange(_SIDE) * height // _SIDE
    columns = np.arange(_SIDE) * width // _SIDE
    outer = _SIDE + 2 * _GAP
    cell = np.full((outer, outer, 3), _PAGE, np.uint8)
    edge = _GAP - _FRAME
    cell[edge : outer - edge, edge : outer - edge] = frame
    cell[_GAP:-_GAP, _GAP:-_GAP] = image[rows][:, columns]
    return cell


def main(arguments: Sequence[str] | None = None) -> int:
    """Writes the picture; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tools.found_picture")
    parser.add_argument("run", type=pathlib.Path, help="a finished run")
    parser.add_argument("--output", type=pathlib.Path, default=PICTURE)
    given = parser.parse_args(arguments)
    # Imported here: TensorFlow takes seconds.
    import tensorflow as tf

    pixels = draw(RunFolder(given.run))
    with files.replacing(given.output) as beside:
        beside.write_bytes(tf.io.encode_png(pixels, compression=9).numpy())
    print(given.output)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
