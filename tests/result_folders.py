"""Makes folders of kept results without training."""

import csv
import json
import pathlib
from typing import Any

from tests.trainers.run_folder import make_run_folder
from tools.keep_results import keep
from trainers.comparison.settings import METHODS
from trainers.config import from_preset

METHOD_MAP = {"lsh": 0.12, "itq": 0.17, "ksh": 0.33}


def add_run(
    root: pathlib.Path,
    name: str,
    score: float,
    changes: dict[str, Any] | None = None,
    dataset: str = "cifar10",
    unseen: float | None = None,
) -> None:
    """Adds a kept run named FAMILY-BITSb-SEED with a given MAP."""
    family, bits, seed = name.rsplit("-", 2)
    del family
    values = {"bits": int(bits[:-1]), "seed": int(seed)}
    config = from_preset(dataset, {**(changes or {}), **values})
    run = root.parent / "runs" / name
    make_run_folder(run, bits=config.bits, dataset=dataset)
    write_json(run / "config.json", config.to_json())
    result = json.loads((run / "result.json").read_text())
    result |= {"seed": config.seed, "backbone": config.backbone}
    result["metrics"]["map"] = score
    if unseen is not None:
        result["metrics"]["map_unseen"] = unseen
    write_json(run / "result.json", result)
    keep(run, root / name, where="2 cores of something")


def comparison_folder(folder: pathlib.Path, bits: tuple[int, ...]) -> None:
    """Writes the folder of a comparison: results, cells and curves."""
    identity = {
        "dataset": "cifar10",
        "protocol": "lai2015",
        "seed": 0,
        "split_sha256": "ab" * 32,
        "features": "gist",
    }
    cells = [
        {
            "method": method,
            "bits": b,
            "metrics": {"map": value + b / 1000, "precision_radius_2": 0.1},
            "conventions": {"map_top_n": None},
            "time": {"fit_seconds": 2.0, "encode_seconds": 0.5},
            "versions": {"numpy": "2"},
        }
        for method, value in METHOD_MAP.items()
        for b in bits
    ]
    assert METHOD_MAP.keys() <= METHODS.keys()
    (folder / "cells").mkdir(parents=True)
    write_json(folder / "baselines.json", identity)
    write_json(folder / "result.json", identity | {"cells": cells})
    for cell in cells:
        path = folder / "cells" / f"{cell['method']}-{cell['bits']}.csv"
        with path.open("w", newline="") as lines:
            writer = csv.writer(lines)
            writer.writerow(["curve", "x", "y"])
            for curve in ("precision_recall", "precision_at_n"):
                writer.writerows([[curve, 0.1, 0.3], [curve, 1.0, 0.1]])


def write_json(path: pathlib.Path, content: dict[str, Any]) -> None:
    """Writes JSON."""
    path.write_text(json.dumps(content), encoding="utf-8")
