"""What a run records of its epochs: `history.csv`."""

import csv
import dataclasses
import pathlib

from tf_dnnh import files


@dataclasses.dataclass
class EpochRecord:
    """One row of `history.csv`; `validation_map` is blank where not measured.

    `loss` and `active_share` are means over the epoch's steps (after a resume
    in mid-epoch: over the steps since), the others hold at its end.
    """

    epoch: int
    loss: float
    active_share: float
    validation_map: float | None
    learning_rate: float
    epsilon: float
    images_per_second: float


def read_history(path: pathlib.Path | None, epochs: int) -> list[EpochRecord]:
    """The first `epochs` records of a history file, if there is one."""
    if path is None or not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))[:epochs]
    return [
        EpochRecord(
            epoch=int(row["epoch"]),
            loss=float(row["loss"]),
            active_share=float(row["active_share"]),
            validation_map=(
                float(row["validation_map"]) if row["validation_map"] else None
            ),
            learning_rate=float(row["learning_rate"]),
            epsilon=float(row["epsilon"]),
            images_per_second=float(row["images_per_second"]),
        )
        for row in rows
    ]


def write_history(path: pathlib.Path, records: list[EpochRecord]) -> None:
    """Writes all records as CSV."""
    names = [field.name for field in dataclasses.fields(EpochRecord)]
    rows = (dataclasses.astuple(record) for record in records)
    files.write_csv(path, names, rows)
