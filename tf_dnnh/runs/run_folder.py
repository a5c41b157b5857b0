"""Reads what a report is made of from a run folder, and checks it."""

import csv
import dataclasses
import json
import pathlib
import zipfile
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from tf_dnnh.errors import UserError

HISTORY_COLUMNS = (
    "epoch",
    "loss",
    "active_share",
    "validation_map",
    "learning_rate",
    "epsilon",
    "images_per_second",
)
RESULT_KEYS = (
    "dataset",
    "protocol",
    "split_sha256",
    "bits",
    "backbone",
    "seed",
    "metrics",
    "conventions",
    "bit_health",
    "time",
    "versions",
)
SPLIT_KEYS = ("sha256", "counts", "list_sha256")
CODE_ARRAYS = (
    "query_codes",
    "database_codes",
    "query_labels",
    "database_labels",
)
NEIGHBOUR_ARRAYS = (
    "query_images",
    "neighbour_images",
    "neighbour_distance",
    "neighbour_relevant",
    "query_labels",
    "neighbour_labels",
)


class ReportError(UserError, ValueError):
    """A run folder that cannot be reported on; the message names the file."""


@dataclasses.dataclass(frozen=True)
class RunFolder:
    """The files of one run, read and checked.

    `curves` maps a curve's name to float64 [points, 2] (x, y); `history` a
    column to float64 [epochs], NaN where the cell is blank; `codes` and
    `neighbours` hold the arrays of `codes.npz` and `neighbours.npz`.
    """

    workdir: pathlib.Path
    config: dict[str, Any]
    result: dict[str, Any]
    split: dict[str, Any]
    curves: dict[str, np.ndarray]
    history: dict[str, np.ndarray]
    codes: dict[str, np.ndarray]
    neighbours: dict[str, np.ndarray]

    @property
    def bits(self) -> int:
        """Length of the run's codes."""
        return int(self.result["bits"])


def read_run_folder(workdir: pathlib.Path) -> RunFolder:
    """Reads the files a report needs.

    Args:
        workdir: the run folder.

    Returns:
        Their content, with shapes that agree.

    Raises:
        ReportError: for a file that is missing, unreadable or incomplete.
    """
    read = _reader(workdir)
    run = RunFolder(
        workdir=workdir,
        config=read("config.json", _read_json, ["dataset"]),
        result=read("result.json", _read_json, RESULT_KEYS),
        split=read("split.json", _read_json, SPLIT_KEYS),
        curves=read("curves.csv", _read_curves),
        history=read("history.csv", _read_history, HISTORY_COLUMNS),
        codes=read("codes.npz", _read_arrays, CODE_ARRAYS),
        neighbours=read("neighbours.npz", _read_arrays, NEIGHBOUR_ARRAYS),
    )
    _check_objects(run)
    _check_result(run)
    _check_codes(run)
    _check_neighbours(run)
    return run


def _reader(workdir: pathlib.Path) -> Callable[..., Any]:
    """A function that reads one file and names it in every error."""

    def read(
        name: str,
        parse: Callable[[pathlib.Path], Any],
        required: Iterable[str] = (),
    ) -> Any:
        path = workdir / name
        if not path.is_file():
            raise ReportError(
                f"The report needs {path}, which does not exist; "
                "`--mode=eval` writes the files of a finished run again."
            )
        try:
            content = parse(path)
        except (
            OSError,
            EOFError,
            ValueError,
            KeyError,
            TypeError,
            csv.Error,
            zipfile.BadZipFile,
        ) as error:
            raise ReportError(f"{path} cannot be read: {error}.") from error
        missing = [key for key in required if key not in content]
        if missing:
            raise ReportError(f"{path} lacks {', '.join(missing)}.")
        return content

    return read


def _read_json(path: pathlib.Path) -> dict[str, Any]:
    content = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(content, dict):
        raise ValueError("it holds no JSON object")
    return content


def _read_rows(path: pathlib.Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    if not rows:
        raise ValueError("it holds no rows")
    return rows


def _read_curves(path: pathlib.Path) -> dict[str, np.ndarray]:
    points: dict[str, list[tuple[float, float]]] = {}
    for row in _read_rows(path):
        point = (float(row["x"]), float(row["y"]))
        points.setdefault(row["curve"], []).append(point)
    return {name: np.array(values) for name, values in points.items()}


def _read_history(path: pathlib.Path) -> dict[str, np.ndarray]:
    rows = _read_rows(path)
    return {
        column: np.array([float(row[column] or "nan") for row in rows])
        for column in rows[0]
    }


def _read_arrays(path: pathlib.Path) -> dict[str, np.ndarray]:
    with np.load(path, allow_pickle=False) as arrays:
        return {name: arrays[name] for name in arrays.files}


def _check_objects(run: RunFolder) -> None:
    objects = {
        "result.json": (
            run.result,
            ("metrics", "conventions", "bit_health", "time", "versions"),
        ),
        "split.json": (run.split, ("counts", "list_sha256")),
    }
    for name, (content, keys) in objects.items():
        for key in keys:
            if not isinstance(content[key], dict):
                raise ReportError(
                    f"{run.workdir / name} must hold an object as {key}. "
                    f"Received: {content[key]!r}"
                )


def _check_result(run: RunFolder) -> None:
    path = run.workdir / "result.json"
    if not isinstance(run.result["metrics"].get("map"), float | int):
        raise ReportError(f"{path} lacks the metric `map`.")
    for key in ("balance", "collapsed"):
        if key not in run.result["bit_health"]:
            raise ReportError(f"{path} lacks {key} in `bit_health`.")
    balance = run.result["bit_health"]["balance"]
    if len(balance) != run.bits:
        raise ReportError(
            f"{path} must give the balance of each bit. "
            f"Received: bits={run.bits}, balance of {len(balance)}"
        )


def _check_codes(run: RunFolder) -> None:
    width = -(-run.bits // 8)
    for part in ("query", "database"):
        packed = run.codes[f"{part}_codes"]
        labels = run.codes[f"{part}_labels"]
        if packed.ndim != 2 or packed.shape[1] != width or not len(packed):
            raise ReportError(
                f"{run.workdir / 'codes.npz'} must hold {part}_codes of "
                f"{width} bytes for {run.bits} bits. "
                f"Received: shape {packed.shape}"
            )
        if len(labels) != len(packed):
            raise ReportError(
                f"{run.workdir / 'codes.npz'} must hold one label a code. "
                f"Received: {len(packed)} {part} codes, {len(labels)} labels"
            )


def _check_neighbours(run: RunFolder) -> None:
    arrays = run.neighbours
    rows = arrays["neighbour_distance"].shape
    shapes = {
        "query_images": (*rows[:1], *arrays["query_images"].shape[1:]),
        "neighbour_images": (*rows, *arrays["query_images"].shape[1:]),
        "neighbour_distance": rows,
        "neighbour_relevant": rows,
        "query_labels": rows[:1],
        "neighbour_labels": rows,
    }
    for name, shape in shapes.items():
        if arrays[name].shape != shape or len(rows) != 2:
            raise ReportError(
                f"{run.workdir / 'neighbours.npz'} must hold {name} of shape "
                f"{shape}. Received: {arrays[name].shape}"
            )
