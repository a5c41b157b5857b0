"""From a model to codes, and from codes to the files of a run folder."""

import csv
import dataclasses
import pathlib

import numpy as np
import tensorflow as tf
from tqdm import tqdm

from tf_dnnh import codes, metrics
from tf_dnnh.data import ImageDataset, Split, evaluation_batches
from tf_dnnh.models import HashingModel
from trainers import files

# Queries shown in the report, and the neighbours shown of each.
_SHOWN_QUERIES = 12
_SHOWN_NEIGHBOURS = 10
_THUMBNAIL = 96


class Encoder:
    """Computes the logits of a model for images of a data set.

    Args:
        model: the network.
        dataset: where the images come from.
        batch_size: images at a time.
    """

    def __init__(
        self, model: HashingModel, dataset: ImageDataset, batch_size: int = 256
    ) -> None:
        self._model = model
        self._dataset = dataset
        self._batch_size = batch_size
        self._logits = tf.function(
            lambda images: model.logits(images, training=False),
            reduce_retracing=True,
        )

    def logits(
        self, indices: np.ndarray, description: str | None = None
    ) -> np.ndarray:
        """Returns float32 [n, bits] for the images `indices`, in order.

        Args:
            indices: int [n].
            description: of the progress bar; None shows none.
        """
        batches = evaluation_batches(
            self._dataset, indices, self._model.image_size, self._batch_size
        )
        logits = np.empty([len(indices), self._model.bits], np.float32)
        start = 0
        with tqdm(
            total=len(indices),
            desc=description,
            unit="img",
            disable=True if description is None else None,
        ) as progress:
            for images in batches:
                values = self._logits(images).numpy()
                logits[start : start + len(values)] = values
                start += len(values)
                progress.update(len(values))
        return logits


def validate(
    encoder: Encoder, dataset: ImageDataset, indices: np.ndarray
) -> tuple[float, np.ndarray]:
    """Scores a model on its validation images, none of them trained on.

    Every validation image searches among the others.

    Returns:
        Tie-aware MAP in [0, 1], and the 0/1 bits [n, bits].
    """
    bits = codes.bits_from_logits(encoder.logits(indices)).astype(np.uint8)
    packed, labels = codes.pack(bits), dataset.labels[indices]
    histograms = metrics.distance_histograms(
        packed, packed, labels, labels, bits.shape[1], exclude_self=True
    )
    score = metrics.average_precision(*histograms).mean()
    return float(score), bits


@dataclasses.dataclass
class Codes:
    """Codes of one list of images, with what is needed to judge them."""

    logits: np.ndarray
    packed: np.ndarray
    labels: np.ndarray
    ids: np.ndarray


def encode(
    encoder: Encoder, dataset: ImageDataset, indices: np.ndarray, name: str
) -> Codes:
    """Computes the codes of the images `indices`, with a progress bar."""
    logits = encoder.logits(indices, description=name)
    return Codes(
        logits=logits,
        packed=codes.pack(codes.bits_from_logits(logits)),
        labels=dataset.labels[indices],
        ids=dataset.ids[indices],
    )


def write_codes(
    path: pathlib.Path, queries: Codes, database: Codes, bits: int
) -> None:
    """Writes `codes.npz` of a run folder."""
    with files.replacing(path) as beside:
        np.savez_compressed(
            beside,
            query_codes=queries.packed,
            database_codes=database.packed,
            query_labels=queries.labels,
            database_labels=database.labels,
            query_ids=queries.ids,
            database_ids=database.ids,
            bits=bits,
        )


def write_curves(
    path: pathlib.Path, queries: Codes, database: Codes, bits: int
) -> None:
    """Writes `curves.csv` of a run folder: curve, x, y."""
    rows = metrics.curves(
        *metrics.distance_histograms(
            queries.packed,
            database.packed,
            queries.labels,
            database.labels,
            bits,
        )
    )
    with (
        files.replacing(path) as beside,
        beside.open("w", encoding="utf-8", newline="") as lines,
    ):
        writer = csv.writer(lines)
        writer.writerow(["curve", "x", "y"])
        writer.writerows((name, f"{x:.6g}", f"{y:.6g}") for name, x, y in rows)


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
