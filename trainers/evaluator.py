"""From a model to codes, and from codes to the files of a run folder."""

import dataclasses
import pathlib
import time
from collections.abc import Iterable

import keras
import numpy as np

from tf_dnnh import codes, files, metrics
from tf_dnnh.data import ImageDataset, Split, evaluation_batches
from tf_dnnh.fingerprint import model_fingerprint
from tf_dnnh.models import HashingModel
from tf_dnnh.runs.versions import versions
from trainers.checkpoints import Checkpoints
from trainers.config import Config, ConfigError
from trainers.encoder import Encoder
from trainers.frozen.kept_logits import KeptLogits
from trainers.frozen.learner import make_learner
from trainers.report import page

# The cut-off of a data set's MAP, where its literature has one.
MAP_TOP_N = {"nuswide": 5000}
# Queries shown in the report, and the neighbours shown of each.
_SHOWN_QUERIES = 12
_SHOWN_NEIGHBOURS = 10
_THUMBNAIL = 96


@dataclasses.dataclass
class Codes:
    """Codes of one list of images, with what is needed to judge them."""

    logits: np.ndarray
    packed: np.ndarray
    labels: np.ndarray
    ids: np.ndarray


def encode(
    encoder: Encoder,
    dataset: ImageDataset,
    indices: np.ndarray,
    name: str,
    kept: KeptLogits,
) -> Codes:
    """Computes the codes of the images `indices`, with a progress bar."""
    logits = encoder.logits(indices, name, kept.open(indices))
    return Codes(
        logits=logits,
        packed=codes.pack(codes.bits_from_logits(logits)),
        labels=dataset.labels[indices],
        ids=dataset.ids[indices],
    )


def write_codes(
    path: pathlib.Path, model: HashingModel, queries: Codes, database: Codes
) -> None:
    """Writes `codes.npz` of a run folder, with the model's fingerprint."""
    with files.replacing(path) as beside:
        np.savez_compressed(
            beside,
            query_codes=queries.packed,
            database_codes=database.packed,
            query_labels=queries.labels,
            database_labels=database.labels,
            query_ids=queries.ids,
            database_ids=database.ids,
            bits=model.bits,
            model_fingerprint=model_fingerprint(model),
        )


def write_curves(
    path: pathlib.Path, rows: Iterable[tuple[str, float, float]]
) -> None:
    """Writes `curves.csv` of a run folder: curve, x, y."""
    texts = ((name, f"{x:.6g}", f"{y:.6g}") for name, x, y in rows)
    files.write_csv(path, ["curve", "x", "y"], texts)


def write_neighbours(
    path: pathlib.Path,
    dataset: ImageDataset,
    split: Split,
    queries: Codes,
    database: Codes,
) -> None:
    """Writes pictures of a few queries and their first neighbours."""
    count = min(_SHOWN_QUERIES, len(split.queries))
    shown = np.linspace(0, len(split.queries) - 1, count).astype(int)
    distances = codes.hamming_distance(
        queries.packed[shown, None], database.packed[None]
    )
    order = np.argsort(distances, axis=1, kind="stable")
    order = order[:, :_SHOWN_NEIGHBOURS]
    similar = metrics.relevance(queries.labels[shown], database.labels)
    query_rows, neighbour_rows = split.queries[shown], split.database[order]
    size = dataset.image_size or (_THUMBNAIL, _THUMBNAIL)
    everything = np.concatenate([query_rows, neighbour_rows.ravel()])
    images = np.concatenate(
        [
            np.round(batch.numpy()).astype(np.uint8)
            for batch in evaluation_batches(dataset, everything, size, 256)
        ]
    )
    names = np.array([dataset.label_text(row) for row in everything])
    with files.replacing(path) as beside:
        np.savez_compressed(
            beside,
            query_images=images[:count],
            neighbour_images=images[count:].reshape(
                *order.shape, *images.shape[1:]
            ),
            neighbour_distance=np.take_along_axis(distances, order, axis=1),
            neighbour_relevant=np.take_along_axis(similar, order, axis=1),
            query_labels=names[:count],
            neighbour_labels=names[count:].reshape(order.shape),
        )


def relaxed_codes(logits: np.ndarray, beta: float) -> np.ndarray:
    """The sigmoid of divide-and-encode, before the piecewise threshold."""
    with np.errstate(over="ignore"):
        return 1 / (1 + np.exp(-beta * logits))


def evaluate(
    config: Config,
    workdir: pathlib.Path,
    dataset: ImageDataset,
    split: Split,
) -> None:
    """Scores `model.keras` on the queries and writes every result file.

    Raises:
        ConfigError: the run folder holds no model yet.
    """
    path = workdir / "model.keras"
    if not path.exists():
        raise ConfigError(
            f"{workdir} holds no model.keras yet; run with "
            "--mode=train_and_eval first."
        )
    began = time.monotonic()
    model = keras.saving.load_model(path)
    encoder = make_learner(config, workdir, dataset, model).encoder(dataset)
    kept = KeptLogits(workdir, model, dataset)
    queries = encode(encoder, dataset, split.queries, "queries", kept)
    database = encode(encoder, dataset, split.database, "database", kept)
    top_n = MAP_TOP_N.get(config.dataset)
    scores = metrics.evaluate(
        queries.packed,
        database.packed,
        queries.labels,
        database.labels,
        config.bits,
        map_top_n=top_n,
        relaxed=relaxed_codes(database.logits, config.beta),
        epsilon=float(model.threshold.epsilon.numpy()),
        with_curves=True,
    )
    seconds = time.monotonic() - began
    write_codes(workdir / "codes.npz", model, queries, database)
    write_curves(workdir / "curves.csv", scores.pop("curves"))
    write_neighbours(
        workdir / "neighbours.npz", dataset, split, queries, database
    )
    steps, train_seconds, epoch = Checkpoints.record(workdir / "checkpoints")
    result = {
        "dataset": config.dataset,
        "protocol": config.protocol,
        "split_sha256": split.sha256(),
        "bits": config.bits,
        "backbone": config.backbone,
        "seed": config.seed,
        "epoch": epoch or config.epochs,
        "bit_health": scores.pop("bit_health"),
        "metrics": scores,
        "conventions": metrics.conventions(top_n),
        "time": {
            "train_seconds": round(train_seconds, 1),
            "images_per_second": round(
                steps * config.batch_size / max(train_seconds, 1e-9), 1
            ),
            "evaluate_seconds": round(seconds, 1),
        },
        "versions": versions(),
    }
    files.write_json(workdir / "result.json", result)
    kept.remove()
    written = page.write_report(workdir)
    print(
        f"{config.dataset}, {config.bits} bits: MAP {scores['map']:.4f}\n"
        f"Report: {written}"
    )
