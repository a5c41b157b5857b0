"""Makes splits of a data set, with validation images where asked for."""

import contextlib
import warnings
from collections.abc import Mapping
from typing import Any

import numpy as np

from tf_dnnh.data.data_error import DataError, TooFewImagesError
from tf_dnnh.data.dataset_spec import Parts, Protocol
from tf_dnnh.data.datasets import dataset_spec
from tf_dnnh.data.image_dataset import ImageDataset
from tf_dnnh.data.sized_protocol import SizedProtocol
from tf_dnnh.data.split import Split
from tf_dnnh.data.stratified import draw_share


def make_split(
    dataset: ImageDataset,
    protocol: str | None = None,
    seed: int = 0,
    *,
    validation: float | int = 0,
    unlabelled: str = "exclude",
    sizes: Mapping[str, int] | None = None,
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
        sizes: numbers of images other than the protocol's, by name:
            `queries_per_class`, `training_per_class`, `queries`, `training`.

    Returns:
        The split; its notes count images left out or missing. Its protocol
        is named with the sizes that are not the protocol's own.

    Raises:
        DataError: if the protocol is unknown or has no such size, or there
            are too few images.
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
    divide, title = _resized(dataset.name, protocol, sizes or {})
    try:
        parts = divide(dataset, usable, rng)
    except TooFewImagesError as error:
        remedy = _remedy(dataset, usable, protocol, divide)
        raise DataError(f"{error}: {remedy}.") from error
    if not len(parts.get("validation", ())):
        # A generator of its own, so that validation changes no other draw.
        rng = np.random.default_rng([seed, 1])
        parts |= _carve(dataset, parts["training"], validation, rng)
    if unlabelled == "keep":
        others = np.setdiff1d(np.arange(len(dataset)), usable)
        parts["database"] = np.union1d(parts["database"], others)
    return Split(
        dataset.name,
        title,
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


def _resized(
    dataset: str, protocol: str, sizes: Mapping[str, int]
) -> tuple[Protocol, str]:
    """Returns a protocol with other sizes, and its name with those sizes.

    Example:
        >>> _resized("digits", "lai2015", {"queries_per_class": 10})[1]
        'lai2015[queries_per_class=10]'
    """
    divide = dataset_spec(dataset).protocols[protocol]
    known = divide.sizes if isinstance(divide, SizedProtocol) else {}
    unknown = [name for name in sizes if name not in known]
    if unknown:
        raise DataError(
            f"Protocol {protocol} of {dataset} has no size {unknown[0]!r}: its "
            f"sizes are {', '.join(known) or 'fixed'}."
        )
    changed = {name: n for name, n in sizes.items() if n != known[name]}
    if not changed:
        return divide, protocol
    assert isinstance(divide, SizedProtocol)
    words = ",".join(f"{name}={n}" for name, n in changed.items())
    return divide.resized(changed), f"{protocol}[{words}]"


def _remedy(
    dataset: ImageDataset, usable: np.ndarray, protocol: str, divide: Protocol
) -> str:
    """Says which sizes and which other protocols fit the images there are."""
    spec = dataset_spec(dataset.name)
    options = spec.protocol_options
    ways = ["get the complete data set"]
    if isinstance(divide, SizedProtocol):
        sizes = divide.to_fit(dataset, usable)
        flags = [f"--override={name}={n}" for name, n in (sizes or {}).items()]
        ways += [f"add {' '.join(flags)}"] if flags else []
    for name, other in spec.protocols.items():
        # Other options would load other concepts.
        if name == protocol or options.get(name) != options.get(protocol):
            continue
        with contextlib.suppress(DataError):
            other(dataset, usable, np.random.default_rng(0))
            ways.append(f"choose --protocol={name}, which fits")
    return ", or ".join(ways)


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
