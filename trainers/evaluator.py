"""Encodes queries and database, scores the codes and writes the results."""

import dataclasses
import datetime
import shutil
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from tf_dnnh import codes, metrics
from tf_dnnh.data import ImageDataset, Split
from tf_dnnh.data.datasets import dataset_spec
from tf_dnnh.fingerprint import model_fingerprint
from tf_dnnh.runs.run_folder import RunFolder
from tf_dnnh.runs.versions import machine, versions
from trainers.checkpoints import Checkpoints
from trainers.config import Config
from trainers.frozen.output_cache import OutputCache, cache_key
from trainers.frozen.split_model import split_model
from trainers.neighbours import sample_neighbours
from trainers.report import page, words

# From image indices, int [n], and the name of a part to float [n, bits].
Logits = Callable[[np.ndarray, str], np.ndarray]


@dataclasses.dataclass(frozen=True)
class Encoded:
    """Codes of the parts `queries` and `database`, with logits and labels.

    Attributes:
        logits: float [n, bits] by part.
        codes: packed, uint8 [n, bytes] by part.
        labels: [n] or [n, classes] by part.
        seen: bool [n], the database images that were trained on.
    """

    logits: dict[str, np.ndarray]
    codes: dict[str, np.ndarray]
    labels: dict[str, np.ndarray]
    seen: np.ndarray

    def score(self, dataset: ImageDataset, bits: int, **options: Any) -> dict:
        """Returns the metrics and curves of these codes."""
        return metrics.evaluate(
            self.codes["queries"],
            self.codes["database"],
            self.labels["queries"],
            self.labels["database"],
            bits,
            map_top_n=dataset_spec(dataset.name).map_top_n,
            seen=self.seen,
            with_curves=True,
            **options,
        )


def encode(
    compute: Logits,
    dataset: ImageDataset,
    split: Split,
    training: np.ndarray,
) -> Encoded:
    """Computes the codes of queries and database.

    Images of the database count as seen if they are in `training`, int [n].
    Validation images only choose the epoch: a network has not seen them.
    """
    parts = {"queries": split.queries, "database": split.database}
    logits = {name: compute(rows, name) for name, rows in parts.items()}
    return Encoded(
        logits=logits,
        codes={
            name: codes.pack(codes.bits_from_logits(values))
            for name, values in logits.items()
        },
        labels={name: dataset.labels[rows] for name, rows in parts.items()},
        seen=np.isin(split.database, training),
    )


def evaluate(
    config: Config, folder: RunFolder, dataset: ImageDataset, split: Split
) -> None:
    """Scores `model.keras` on the queries and writes every result file.

    Logits are cached in the run folder until the results are written, so that
    a killed evaluation resumes.

    Raises:
        RunError: the model of the run folder is missing or damaged.
    """
    began = time.monotonic()
    model = folder.load_model()
    encoder = split_model(config, folder.path, dataset, model).encoder(dataset)
    kept = folder.path / "encoding"
    key = cache_key(model, model, dataset)
    cache = OutputCache.on_disk(kept, key, len(dataset), (model.bits,))
    encoded = encode(
        lambda rows, name: encoder.logits(rows, name, cache),
        dataset,
        split,
        split.training,
    )
    relaxed = model.head.relaxed(encoded.logits["database"]).numpy()
    epsilon = float(model.threshold.epsilon.numpy())
    scores = encoded.score(
        dataset, config.bits, relaxed=relaxed, epsilon=epsilon
    )
    seconds = time.monotonic() - began
    folder.write_codes(
        query_codes=encoded.codes["queries"],
        database_codes=encoded.codes["database"],
        query_labels=encoded.labels["queries"],
        database_labels=encoded.labels["database"],
        query_ids=dataset.ids[split.queries],
        database_ids=dataset.ids[split.database],
        class_names=np.array(dataset.class_names),
        bits=model.bits,
        model_fingerprint=model_fingerprint(model),
    )
    folder.write_curves(scores.pop("curves"))
    sampled = sample_neighbours(
        dataset,
        split,
        encoded.codes["queries"],
        encoded.codes["database"],
        model.bits,
    )
    folder.write_neighbours(**sampled)
    folder.write_result(_result(config, folder, split, scores, seconds))
    shutil.rmtree(kept)
    written = page.write_report(folder.path)
    first = dataset_spec(config.dataset).unseen_first
    print(f"{config.dataset}, {config.bits} bits: {words.maps(scores, first)}")
    print(f"Report: {written}")


def _result(
    config: Config,
    folder: RunFolder,
    split: Split,
    scores: dict[str, Any],
    evaluate_seconds: float,
) -> dict[str, Any]:
    steps, seconds, epoch = Checkpoints.record(folder.checkpoints)
    top_n = dataset_spec(config.dataset).map_top_n
    speed = steps * config.batch_size / max(seconds, 1e-9)
    return {
        "dataset": config.dataset,
        "protocol": split.protocol,
        "split_sha256": split.sha256(),
        "bits": config.bits,
        "backbone": config.backbone,
        "seed": config.seed,
        "epoch": epoch or config.epochs,
        "bit_health": scores.pop("bit_health"),
        "metrics": scores,
        "conventions": metrics.conventions(top_n),
        "time": {
            "train_seconds": round(seconds, 1),
            "images_per_second": round(speed, 1),
            "evaluate_seconds": round(evaluate_seconds, 1),
        },
        "date": datetime.date.today().isoformat(),
        "machine": machine(),
        "versions": versions(),
    }
