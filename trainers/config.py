"""The typed configuration of a run, and the presets it starts from.

Long, since it describes every field once, for `--help`, docs/configuration.md
and readers of `config.json`.
"""

import dataclasses
import importlib
import inspect
import pathlib
import pkgutil
from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Literal

from tf_dnnh import fields as field_lib
from tf_dnnh.augment_config import AugmentConfig
from tf_dnnh.errors import UserError, suggestion
from tf_dnnh.fields import (
    Count,
    Field,
    Length,
    NotNegative,
    Positive,
    Range,
    Share,
)
from tf_dnnh.runs.run_error import RunError
from tf_dnnh.runs.run_folder import RunFolder
from trainers import configs

# Fields that affect how a run is executed, but not its result: they may change
# when a run is resumed.
EXECUTION_FIELDS = frozenset(
    {"workdir", "data_dir", "download", "checkpoint_seconds", "cache_dir"}
)
# The fields with a flag of their own; --override sets all others.
FLAGS = (
    "dataset",
    "data_dir",
    "download",
    "protocol",
    "workdir",
    "bits",
    "backbone",
    "weights",
    "trainable",
    "epochs",
    "batch_size",
    "learning_rate",
    "margin",
    "mining",
    "seed",
    "strategy",
    "precision",
    "jit_compile",
    "deterministic",
)
# Names and values of version 0.1.0, accepted for one more release.
_RENAMED = {
    "trunk_learning_rate": "backbone_learning_rate",
    **{
        field.name: f"augmentation.{field.name}"
        for field in dataclasses.fields(AugmentConfig)
    },
}
# By data set.
_RENAMED_PROTOCOLS = {("image_folder", "lai2015"): "holdout"}
_RENAMED_VALUES = {
    ("mining", "hardest"): "batch_hard",
    ("loss_reduction", "mean_active"): "mean_nonzero",
}


class ConfigError(UserError, ValueError):
    """A configuration that cannot be run; the message names the remedy."""

    status = 2


@dataclasses.dataclass(frozen=True)
class Config:
    """Everything that determines a run.

    Attributes:
        dataset: name of the data set: digits, cifar10, svhn, fashion_mnist,
            nuswide or image_folder.
        data_dir: folder with the data set.
        download: download missing data; off never uses the network.
        protocol: choice of query, database and training images.
        queries_per_class: queries per class or concept; none for the
            protocol's own number.
        training_per_class: training images per class or concept; none for the
            protocol's own number.
        queries: queries in all, for protocols that draw them regardless of
            their class; none for the protocol's own number.
        training: training images in all, for such protocols; none for the
            protocol's own number.
        image_dir: folder of the images of nuswide, in data_dir or elsewhere;
            none to look everywhere in data_dir.
        validation_fraction: share of the training images held out to choose
            the epoch.
        validation_queries: number of images, drawn from the database outside
            the training images, that are held out instead, so that all
            training images are trained on; 0 for none.
        unlabelled: whether images without a label are left out (exclude) or
            stay in the database, relevant to no query (keep).
        image_size: height and width of the network's input, in pixels.
        load_size: height and width that images are resized to before a crop
            of image_size, random in training, central otherwise; none for
            image_size.
        bits: code length.
        seed: seed of split, initial weights, batches and augmentation.
        backbone: network from images to features, such as plain_cnn.
        weights: pretrained weights to start from: none, imagenet or a file.
        head: module from features to bits.
        initializer: initializer of the weights, paper or one of Keras; none
            for the backbone's own.
        dropout: dropout rate in the backbone; none for the backbone's own.
        beta: steepness of the sigmoid.
        epsilon: half-width of the piecewise threshold's linear band.
        epsilon_decay: factor that epsilon is multiplied by at every cut.
        epsilon_decay_epochs: epochs between two cuts of epsilon.
        views: views of an image whose logits are averaged into its code; each
            view costs as much as an image.
        trainable: trained part: head, last:N (backbone blocks) or all.
        backbone_learning_rate: learning rate of pretrained layers, as a
            factor of learning_rate.
        batch_norm: whether batch normalisation is trained or frozen.
        cache_features: cache the frozen part's outputs on disk.
        cache_copies: randomly augmented copies of each training image whose
            frozen features are cached.
        cache_dir: folder of cached features, which several runs may share;
            none for one in the run folder.
        loss: name of the loss.
        margin: margin of the triplet ranking loss, a squared distance.
        mining: choice of triplets in a batch.
        class_codes: copies of the constant code of every class that take
            part in each batch, as images of the class do; 0 for none.
        loss_reduction: mean over all mined triplets, or over those with a
            non-zero loss.
        epochs: passes over the training images.
        batch_size: images per step, over all devices.
        images_per_class: images per class in a batch.
        optimizer: AdamW, or SGD with momentum and L2 regularisation.
        learning_rate: peak learning rate of the schedule.
        schedule: course of the learning rate after the warm-up.
        warmup_fraction: share of the steps spent on the warm-up.
        momentum: momentum of SGD.
        weight_decay: decoupled for AdamW, an L2 term for SGD.
        clip_norm: largest norm of the gradient; 0 for no clipping.
        augmentation: random changes of the training images.
        strategy: devices to train on.
        logical_devices: devices that the CPU is split into; 0 for a single
            one.
        precision: Keras dtype policy; auto for bfloat16 on CPUs made for it.
        jit_compile: compile the training step with XLA.
        deterministic: make repeated runs give the same weights.
        steps_per_call: training steps between two returns to Python.
        evaluate_every: epochs between two validations.
        checkpoint_seconds: seconds between two checkpoints.
        workdir: run folder; none for runs/DATASET-BITSb-SEED.
    """

    dataset: str = "digits"
    data_dir: str | None = None
    download: bool = False
    protocol: str = "lai2015"
    queries_per_class: Count | None = None
    training_per_class: Count | None = None
    queries: Count | None = None
    training: Count | None = None
    image_dir: str | None = None
    validation_fraction: Annotated[float, Range(0, 0.5)] = 0.1
    validation_queries: Length = 0
    unlabelled: Literal["exclude", "keep"] = "exclude"
    image_size: Count = 32
    load_size: Count | None = None
    bits: Annotated[int, Range(1, 4096)] = 48
    seed: Annotated[int, Range(0, 2**31 - 1)] = 0

    backbone: str = "plain_cnn"
    weights: str = "none"
    head: Literal["divide_and_encode", "fully_connected"] = "divide_and_encode"
    initializer: str | None = None
    dropout: Annotated[float, Range(0, 0.99)] | None = None
    beta: Positive = 1.0
    epsilon: Annotated[float, Range(0, 0.5, above=True)] = 0.5
    epsilon_decay: Annotated[float, Range(0, 1, above=True)] = 1.0
    epsilon_decay_epochs: Count = 10

    views: Literal["single", "mirror", "mirror_and_shifts"] = "single"

    trainable: str = "all"
    backbone_learning_rate: Share = 1.0
    batch_norm: Literal["trained", "frozen"] = "trained"
    cache_features: bool = True
    cache_copies: Annotated[int, Range(0, 100)] = 0
    cache_dir: str | None = None

    loss: str = "triplet_ranking"
    margin: Positive = 1.0
    mining: Literal["random", "batch_all", "semi_hard", "batch_hard"] = (
        "batch_all"
    )
    class_codes: Length = 0
    loss_reduction: Literal["mean", "mean_nonzero"] = "mean"

    epochs: Count = 60
    batch_size: Count = 100
    images_per_class: Count = 10
    optimizer: Literal["adamw", "sgd"] = "adamw"
    learning_rate: Positive = 2e-3
    schedule: Literal["cosine", "constant", "step"] = "cosine"
    warmup_fraction: Share = 0.05
    momentum: Share = 0.9
    weight_decay: NotNegative = 5e-4
    clip_norm: NotNegative = 0.0

    augmentation: AugmentConfig = dataclasses.field(
        default_factory=AugmentConfig
    )

    strategy: Literal["auto", "mirrored", "multi_worker", "one_device"] = "auto"
    logical_devices: Length = 0
    precision: Literal["auto", "float32", "mixed_bfloat16", "mixed_float16"] = (
        "auto"
    )
    jit_compile: bool = False
    deterministic: bool = False
    steps_per_call: Count = 10
    evaluate_every: Count = 1
    checkpoint_seconds: NotNegative = 60.0
    workdir: str | None = None

    def __post_init__(self) -> None:
        protocol = _RENAMED_PROTOCOLS.get((self.dataset, self.protocol))
        if protocol is not None:
            object.__setattr__(self, "protocol", protocol)
        try:
            field_lib.check(self)
        except ValueError as error:
            raise ConfigError(str(error)) from error
        if self.load_size is not None and self.load_size < self.image_size:
            raise ConfigError(
                "`load_size` must be at least `image_size`. Received: "
                f"load_size={self.load_size}, image_size={self.image_size}"
            )

    @property
    def sizes(self) -> dict[str, int]:
        """Sizes of the protocol that are not its own, by name."""
        named = {
            "queries_per_class": self.queries_per_class,
            "training_per_class": self.training_per_class,
            "queries": self.queries,
            "training": self.training,
        }
        return {name: n for name, n in named.items() if n is not None}

    @property
    def run_folder(self) -> pathlib.Path:
        """The folder of all files of the run."""
        default = f"runs/{self.dataset}-{self.bits}b-{self.seed}"
        return pathlib.Path(self.workdir or default)

    @property
    def size(self) -> tuple[int, int]:
        """(height, width) of the network's input, in pixels."""
        return self.image_size, self.image_size

    @property
    def size_loaded(self) -> tuple[int, int] | None:
        """(height, width) of images before cropping; None for `size`."""
        side = self.load_size
        return None if side is None else (side, side)

    def replace(self, **changes: Any) -> "Config":
        """Returns a copy with some values replaced, by dotted name."""
        try:
            return field_lib.replace(self, changes)
        except ConfigError:
            raise
        except ValueError as error:  # Of a nested configuration.
            raise ConfigError(str(error)) from error

    def flat(self) -> dict[str, Any]:
        """Returns all values, in order, by dotted name."""
        return field_lib.flatten(self)

    def to_json(self) -> dict[str, Any]:
        """Returns all fields, in order, as JSON values."""
        return dataclasses.asdict(self)

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> "Config":
        """Rebuilds a configuration from `config.json`.

        Args:
            values: its content, from this version or 0.1.0; unknown names are
                ignored.
        """
        flat: dict[str, Any] = {}
        for name, value in values.items():
            inner = value.items() if name == "augmentation" else ()
            flat |= {f"augmentation.{key}": v for key, v in inner}
            flat |= renamed(name, value)
        known = {name: flat[name] for name in fields() if name in flat}
        return cls().replace(**known)

    def differences(self, other: "Config") -> list[str]:
        """Lists differences in the result, as `field: mine, not theirs`.

        More epochs are none: training continues where the other run ended.
        """
        theirs = other.flat()
        return [
            f"{name}: {value!r}, not {theirs[name]!r}"
            for name, value in self.flat().items()
            if name not in EXECUTION_FIELDS
            and value != theirs[name]
            and not (name == "epochs" and value > theirs[name])
        ]


def read_config(folder: RunFolder) -> Config:
    """Returns the configuration of a run.

    Raises:
        RunError: `config.json` is missing, damaged, or holds a value that is
            not allowed.
    """
    values = folder.read_config()
    try:
        return Config.from_json(values)
    except ConfigError as error:
        raise RunError(
            f"{folder.path / 'config.json'}: {error}; restore the file, or "
            "choose another --workdir."
        ) from error


def fields() -> dict[str, Field]:
    """Returns all fields in order, by dotted name."""
    return field_lib.fields(Config)


def datasets() -> list[str]:
    """Returns the names of the data sets that have a preset."""
    return [module.name for module in pkgutil.iter_modules(configs.__path__)]


def from_preset(dataset: str, changes: Mapping[str, Any]) -> Config:
    """Returns the preset of `dataset` with `changes` applied.

    A preset is the function `preset` of `trainers/configs/DATASET.py`. It is
    given the changes that it has parameters for.

    Args:
        dataset: name of a data set.
        changes: values by dotted name, which take precedence.

    Raises:
        ConfigError: for an unknown data set or a value that is not allowed.
    """
    if dataset not in datasets():
        raise ConfigError(
            f"`--dataset` must be one of {', '.join(datasets())}. "
            f"Received: {dataset or 'none'}{suggestion(dataset, datasets())}"
        )
    preset = importlib.import_module(f"trainers.configs.{dataset}").preset
    parameters = inspect.signature(preset).parameters
    given = {name: changes[name] for name in parameters if name in changes}
    return preset(**given).replace(**changes)


def defaults_in_words() -> dict[str, str]:
    """Describes every field's default, which may depend on the data set."""
    presets = [from_preset(name, {}).flat() for name in datasets()]
    words = {name: _in_words([p[name] for p in presets]) for name in fields()}
    return words | {"dataset": "none"}


def _in_words(values: list[Any]) -> str:
    """Describes the presets' values of one field.

    Example:
        >>> _in_words([40, 120, 60]), _in_words([None]), _in_words(["a", "b"])
        ('40 to 120, by data set', 'none', 'by data set')
    """
    first = values[0]
    if all(value == first for value in values):
        return "none" if first is None else str(first).lower()
    if all(type(value) in (int, float) for value in values):
        return f"{min(values):g} to {max(values):g}, by data set"
    return "by data set"


def parse_overrides(pairs: Iterable[str]) -> dict[str, Any]:
    """Turns `FIELD=VALUE` strings into typed values by dotted name.

    Raises:
        ConfigError: for an unknown field or a value of the wrong type.
    """
    known = fields()
    values: dict[str, Any] = {}
    for pair in pairs:
        name, equals, text = pair.partition("=")
        if not equals:
            raise ConfigError(
                f"`--override` takes FIELD=VALUE. Received: {pair}"
            )
        ((name, text),) = renamed(name, text).items()
        if name not in known:
            raise ConfigError(
                f"`--override`: there is no field {name!r}"
                f"{suggestion(name, known)}; --helpfull lists the fields."
            )
        try:
            values[name] = known[name].parse(text)
        except ValueError as error:
            raise ConfigError(str(error)) from error
    return values


def renamed(name: str, value: Any) -> dict[str, Any]:
    """Translates a field and its value from version 0.1.0."""
    name = _RENAMED.get(name, name)
    known = isinstance(value, str) and (name, value) in _RENAMED_VALUES
    return {name: _RENAMED_VALUES[name, value] if known else value}
