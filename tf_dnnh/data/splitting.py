"""Makes splits of a data set, with validation images where asked for."""

import warnings
from typing import Any

import numpy as np

from tf_dnnh.data.data_error import DataError
from tf_dnnh.data.dataset_spec import Parts
from tf_dnnh.data.datasets import dataset_spec
from tf_dnnh.data.image_dataset import ImageDataset
from tf_dnnh.data.split import Split
from tf_dnnh.data.stratified import draw_share


def make_split(
    dataset: ImageDataset,
    protocol: str | None = None,
    seed: int = 0,
    *,
    validation: float | int = 0,
    unlabelled: str = "exclude",
) -> Split:
    """Divides a data set by a named protocol.

    Validation images are drawn from the training images, class by class.
    They are not trained on, but stay in the database as training images do.

    Args:
        dataset: the data set to divide.
        protocol: name of one of the data set's protocols in `DATASETS`.
            Default: the first of them.
        seed: the same seed draws the same images.
        validation: share of the training images if below 1, else their
            approximate number; at least one per class that has two.
        unlabelled: `exclude` leaves images without a label out of every
            part, `keep` leaves them in the database, relevant to nothing.

    Returns:
        The split; its notes count images left out or missing.

    Raises:
        DataError: if the protocol is unknown, or there are too few images.
    """
    protocol = check_protocol(dataset.name, protocol)
    if unlabelled not in ("exclude", "keep"):
        raise ValueError(
            "`unlabelled` must be 'exclude' or 'keep'. Received: "
            f"{unlabelled!r}"
        )
    usable = np.arange(len(dataset))
    if dataset.multi_label:
        usable = np.flatnonzero(dataset.labels.any(axis=1))
    classes = np.count_nonzero(dataset.class_counts())
    if classes < 2:
        raise DataError(
            f"{dataset.name} has images of {classes} class, but hashing learns "
            "from at least two: add images of another class."
        )
    rng = np.random.default_rng([seed, 0])
    divide = dataset_spec(dataset.name).protocols[protocol]
    parts = divide(dataset, usable, rng)
    if not len(parts.get("validation", ())):
        # A generator of its own, so that validation changes no other draw.
        rng = np.random.default_rng([seed, 1])
        parts |= _carve(dataset, parts["training"], validation, rng)
    if unlabelled == "keep":
        others = np.setdiff1d(np.arange(len(dataset)), usable)
        parts["database"] = np.union1d(parts["database"], others)
    return Split(
        dataset.name,
        protocol,
        seed,
        dataset.ids,
        notes=_notes(dataset, usable, unlabelled),
        **parts,
    )


def check_protocol(dataset: str, protocol: str | None) -> str:
    """Returns the name of a protocol, the first of the data set for None.

    Raises:
        DataError: if the data set has no such protocol.
    """
    spec = dataset_spec(dataset)
    names = spec.protocols
    if protocol is None:
        return next(iter(names))
    if protocol in spec.renamed:
        warnings.warn(
            f"Protocol {protocol!r} of {dataset} is called "
            f"{spec.renamed[protocol]!r} now",
            DeprecationWarning,
            stacklevel=3,
        )
        return spec.renamed[protocol]
    if protocol not in names:
        raise DataError(
            f"Unknown protocol {protocol!r} for {dataset}: choose one of "
            f"{', '.join(names)}."
        )
    return protocol


def _notes(
    dataset: ImageDataset, usable: np.ndarray, unlabelled: str
) -> dict[str, Any]:
    notes = dataset.notes | {
        kind: len(names) for kind, names in dataset.problems.items() if names
    }
    if len(usable) < len(dataset):
        notes["unlabelled"] = len(dataset) - len(usable)
        notes["unlabelled_rule"] = unlabelled
    return notes


def _carve(
    dataset: ImageDataset,
    training: np.ndarray,
    validation: float | int,
    rng: np.random.Generator,
) -> Parts:
    """Moves a share, or a number, of the training images to validation."""
    if validation < 0 or validation >= len(training):
        raise DataError(
            "`validation` must be a share below 1, or a number below the "
            f"{len(training)} training images. Received: {validation}"
        )
    share = validation if validation < 1 else validation / len(training)
    least = int(validation > 0)
    held = draw_share(dataset, training, share, rng, least)
    return {
        "training": training[~np.isin(training, held)],
        "validation": held,
    }
