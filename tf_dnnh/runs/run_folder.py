"""The folder of a run: the one reader and writer of its files."""

import csv
import dataclasses
import json
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from tf_dnnh import files
from tf_dnnh.runs.run_error import RunError

if TYPE_CHECKING:
    from tf_dnnh.data import ImageDataset, Split
    from tf_dnnh.models import HashingModel

PROBLEMS_FILE = "data_problems.csv"

# One epoch: values by column, None where nothing was measured.
EpochRecord = dict[str, float | None]
Curves = dict[str, np.ndarray]

# File -> the keys that it must have.
_REQUIRED = {
    "config.json": ("dataset",),
    "result.json": ("dataset", "protocol", "bits", "metrics", "conventions"),
    "split.json": ("sha256", "counts", "list_sha256"),
    "codes.npz": (
        "query_codes",
        "database_codes",
        "query_labels",
        "database_labels",
    ),
    "neighbours.npz": ("query_images", "neighbour_images"),
}
_DAMAGE = (
    OSError,
    EOFError,
    ValueError,
    KeyError,
    TypeError,
    csv.Error,
    zipfile.BadZipFile,
)


@dataclasses.dataclass(frozen=True)
class RunFolder:
    """Reads and writes the files of one run.

    Every file is replaced as a whole: a reader sees the old one or the new
    one. Readers raise `RunError` for a file that is missing, damaged or
    incomplete.

    Args:
        path: the folder.

    Example:
        >>> RunFolder(Path("runs/digits-48b-0")).model_path.name
        'model.keras'
    """

    path: Path

    @property
    def model_path(self) -> Path:
        """The trained model, `model.keras`."""
        return self.path / "model.keras"

    @property
    def checkpoints(self) -> Path:
        """Folder of the checkpoints that training resumes from."""
        return self.path / "checkpoints"

    @property
    def logs(self) -> Path:
        """Folder of the TensorBoard logs."""
        return self.path / "logs"

    def has(self, name: str) -> bool:
        """Returns whether the folder holds a file of this name."""
        return (self.path / name).is_file()

    def read_config(self) -> dict[str, Any]:
        """Returns the content of `config.json`."""
        return self._read("config.json", _parse_json)

    def read_result(self) -> dict[str, Any]:
        """Returns the content of `result.json`."""
        return self._read("result.json", _parse_json)

    def read_split(self) -> dict[str, Any]:
        """Returns the content of `split.json`, as `Split.save` wrote it."""
        return self._read("split.json", _parse_json)

    def read_history(self) -> list[EpochRecord]:
        """Returns the rows of `history.csv`, one per epoch."""
        return self._read("history.csv", _parse_history)

    def read_curves(self) -> Curves:
        """Returns the curves by name, each float64 [points, 2] of x and y."""
        return self._read("curves.csv", _parse_curves)

    def read_codes(self) -> dict[str, np.ndarray]:
        """Returns the arrays of `codes.npz`."""
        return self._read("codes.npz", _parse_arrays)

    def read_neighbours(self) -> dict[str, np.ndarray]:
        """Returns the arrays of `neighbours.npz`."""
        return self._read("neighbours.npz", _parse_arrays)

    def load_model(self) -> "HashingModel":
        """Loads `model.keras`."""
        import keras

        # A model can be loaded only if its classes are registered.
        from tf_dnnh.models import HashingModel

        def parse(path: Path) -> HashingModel:
            return keras.saving.load_model(path, compile=False)

        return self._read("model.keras", parse)

    def write_config(self, config: Mapping[str, Any]) -> None:
        """Writes `config.json`."""
        files.write_json(self.path / "config.json", config)

    def write_result(self, result: Mapping[str, Any]) -> None:
        """Writes `result.json`."""
        files.write_json(self.path / "result.json", result)

    def write_split(self, split: "Split") -> None:
        """Writes `split.json`, and `split.npz` if there are many ids."""
        split.save(self.path)

    def write_problems(self, dataset: "ImageDataset") -> None:
        """Lists images that are left out or unusual in `data_problems.csv`.

        Its rows are problem and name; without any, the file is removed.
        """
        rows = [
            (kind, name)
            for kind, names in dataset.problems.items()
            for name in names
        ]
        if dataset.multi_label:
            bare = np.flatnonzero(~dataset.labels.any(axis=1))
            rows += [("unlabelled", name) for name in dataset.ids[bare]]
        path = self.path / PROBLEMS_FILE
        if rows:
            files.write_csv(path, ["problem", "name"], rows)
        else:
            path.unlink(missing_ok=True)

    def write_history(self, records: Sequence[EpochRecord]) -> None:
        """Writes `history.csv`; all records have the same columns."""
        rows = [list(record.values()) for record in records]
        files.write_csv(self.path / "history.csv", list(records[0]), rows)

    def write_curves(self, rows: Iterable[tuple[str, float, float]]) -> None:
        """Writes `curves.csv` from rows of curve, x and y."""
        write_curves(self.path / "curves.csv", rows)

    def write_codes(self, **arrays: Any) -> None:
        """Writes `codes.npz`."""
        self._write_arrays("codes.npz", arrays)

    def write_neighbours(self, **arrays: Any) -> None:
        """Writes `neighbours.npz`."""
        self._write_arrays("neighbours.npz", arrays)

    def save_model(self, model: "HashingModel") -> None:
        """Writes `model.keras`."""
        with files.replacing(self.model_path) as beside:
            model.save(beside)

    def _write_arrays(self, name: str, arrays: Mapping[str, Any]) -> None:
        with files.replacing(self.path / name) as beside:
            np.savez_compressed(beside, allow_pickle=False, **arrays)

    def _read(self, name: str, parse: Callable[[Path], Any]) -> Any:
        content = _read(self.path / name, parse)
        missing = [k for k in _REQUIRED.get(name, ()) if k not in content]
        if missing:
            raise RunError(
                f"{self.path / name} lacks {', '.join(missing)}: restore the "
                "file, or run the command that wrote it again."
            )
        return content


def read_json(path: Path) -> dict[str, Any]:
    """Reads a JSON object.

    Raises:
        RunError: the file is missing or damaged.
    """
    return _read(path, _parse_json)


def read_curves(path: Path) -> Curves:
    """Reads curves from a CSV file of rows curve, x, y.

    Returns:
        By name, float64 [points, 2] of x and y.

    Raises:
        RunError: the file is missing or damaged.
    """
    return _read(path, _parse_curves)


def write_curves(path: Path, rows: Iterable[tuple[str, float, float]]) -> None:
    """Writes rows of curve, x and y as a CSV file."""
    texts = ((name, f"{x:.6g}", f"{y:.6g}") for name, x, y in rows)
    files.write_csv(path, ["curve", "x", "y"], texts)


def _read(path: Path, parse: Callable[[Path], Any]) -> Any:
    if not path.is_file():
        raise RunError(
            f"{path.parent} lacks {path.name}: give the folder of a finished "
            "run, or finish this one with `python -m trainers.main "
            f"--workdir={path.parent}` and its other flags."
        )
    try:
        return parse(path)
    except _DAMAGE as error:
        reason = (str(error).strip() or "no reason given").splitlines()[0]
        raise RunError(
            f"{path} cannot be read ({reason}): restore it, or delete it and "
            "repeat the command that wrote it."
        ) from error


def _parse_json(path: Path) -> dict[str, Any]:
    content = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(content, dict):
        raise ValueError("it holds no JSON object")
    return content


def _parse_curves(path: Path) -> Curves:
    points: dict[str, list[tuple[float, float]]] = {}
    for row in _parse_rows(path):
        point = (float(row["x"]), float(row["y"]))
        points.setdefault(row["curve"], []).append(point)
    return {name: np.array(values) for name, values in points.items()}


def _parse_history(path: Path) -> list[EpochRecord]:
    def number(text: str) -> float | None:
        if text.isdigit():
            return int(text)
        return float(text) if text else None

    return [
        {key: number(text) for key, text in row.items()}
        for row in _parse_rows(path)
    ]


def _parse_rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    if not rows:
        raise ValueError("it holds no rows")
    return rows


def _parse_arrays(path: Path) -> dict[str, np.ndarray]:
    # NumPy leaves a damaged file open.
    with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
        return dict(arrays)
