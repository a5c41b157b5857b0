"""The typed configuration of a run, its presets and its checks."""

import dataclasses
import importlib
import json
import pathlib
import pkgutil
import types
import typing
from collections.abc import Iterable, Mapping
from typing import Any, Literal

from tf_dnnh.errors import UserError
from trainers import configs, pretrained

# Fields that say where or how a run is executed, not what it computes: they
# may change when a run is resumed.
EXECUTION_FIELDS = frozenset(
    {"workdir", "data_dir", "download", "checkpoint_seconds", "cache_dir"}
)


class ConfigError(UserError, ValueError):
    """A configuration that cannot be run; the message names the remedy."""

    status = 2


@dataclasses.dataclass(frozen=True)
class Config:
    """Everything that determines a run. All fields have a command-line form.

    Lengths are in images or steps, rates are per step, sizes in pixels.
    `None` for `workdir` means `runs/DATASET-BITSb-SEED`.
    """

    # What is learnt, from what.
    dataset: str = "digits"
    data_dir: str | None = None
    download: bool = True
    protocol: str = "lai2015"
    validation_fraction: float = 0.1
    unlabelled: Literal["exclude", "keep"] = "exclude"
    image_size: int = 32
    # What images are resized to before `image_size` is cropped out of them,
    # at random in training, in the middle otherwise.
    load_size: int | None = None
    bits: int = 48
    seed: int = 0

    # The network.
    backbone: str = "plain_cnn"
    weights: str = "none"
    head: Literal["divide_and_encode", "fully_connected"] = "divide_and_encode"
    initializer: str | None = None
    dropout: float | None = None
    beta: float = 1.0
    epsilon: float = 0.5
    epsilon_decay: float = 1.0
    epsilon_decay_epochs: int = 10

    # What of it learns: head, last:N (blocks) or all; the factor of the
    # learning rate in the trunk; frozen features on disk, and how many
    # randomly changed copies of the training images.
    trainable: str = "all"
    trunk_learning_rate: float = 1.0
    batch_norm: Literal["trained", "frozen"] = "trained"
    cache_features: bool = True
    cache_copies: int = 0
    cache_dir: str | None = None

    # The loss.
    margin: float = 1.0
    mining: Literal["random", "batch_all", "semi_hard", "hardest"] = "batch_all"
    loss_reduction: Literal["mean", "mean_active"] = "mean"

    # The optimiser and its schedule.
    epochs: int = 60
    batch_size: int = 100
    images_per_class: int = 10
    optimizer: Literal["adamw", "sgd"] = "adamw"
    learning_rate: float = 2e-3
    schedule: Literal["cosine", "constant", "step"] = "cosine"
    warmup_fraction: float = 0.05
    momentum: float = 0.9
    weight_decay: float = 5e-4
    clip_norm: float = 0.0

    # Augmentation; zero switches a part off.
    flip: bool = False
    crop_padding: int = 0
    contrast: float = 0.0
    brightness: float = 0.0
    color: float = 0.0
    cutout: int = 0
    rotation: float = 0.0
    zoom: float = 0.0

    # Execution.
    strategy: Literal["auto", "mirrored", "multi_worker", "one_device"] = "auto"
    logical_devices: int = 0
    precision: Literal["float32", "mixed_bfloat16", "mixed_float16"] = "float32"
    jit_compile: bool = False
    deterministic: bool = False
    steps_per_call: int = 10
    evaluate_every: int = 1
    checkpoint_seconds: float = 60.0
    workdir: str | None = None

    def __post_init__(self) -> None:
        for name, hint in typing.get_type_hints(Config).items():
            _check_type(name, getattr(self, name), hint)
        _check_ranges(self)

    @property
    def run_folder(self) -> pathlib.Path:
        """The folder that receives every file of the run."""
        default = f"runs/{self.dataset}-{self.bits}b-{self.seed}"
        return pathlib.Path(self.workdir or default)

    def to_json(self) -> dict[str, Any]:
        """All fields, in order, as JSON values."""
        return dataclasses.asdict(self)

    @classmethod
    def from_file(cls, path: pathlib.Path) -> "Config":
        """Reads the `config.json` of a run folder."""
        values = json.loads(path.read_text(encoding="utf-8"))
        names = {field.name for field in dataclasses.fields(cls)}
        return cls(**{k: v for k, v in values.items() if k in names})

    def differences(self, other: "Config") -> list[str]:
        """Describes each field in which two configurations would compute
        something else, as `field: mine, not theirs`."""
        return [
            f"{name}: {value!r}, not {getattr(other, name)!r}"
            for name, value in self.to_json().items()
            if name not in EXECUTION_FIELDS and value != getattr(other, name)
        ]


def fields() -> list[str]:
    """Names of all fields, in order."""
    return [field.name for field in dataclasses.fields(Config)]


def choices(field: str) -> list[str]:
    """The values that a field with a fixed list admits."""
    return list(typing.get_args(typing.get_type_hints(Config)[field]))


def kind(field: str) -> type:
    """The type of a field that admits one type."""
    return typing.get_type_hints(Config)[field]


def datasets() -> list[str]:
    """Names of the data sets that have a preset."""
    return [module.name for module in pkgutil.iter_modules(configs.__path__)]


def from_preset(dataset: str, changes: Mapping[str, Any]) -> Config:
    """The preset of `dataset` with `changes` laid over it.

    Between the two lie what the preset says of a protocol, in `PROTOCOLS`, and
    of a number of bits, in `margin`, and what ImageNet weights want.

    Raises:
        ConfigError: for an unknown data set, field, type or value.
    """
    if dataset not in datasets():
        raise ConfigError(
            f"`--dataset` must be one of {', '.join(datasets())}. "
            f"Received: {dataset or 'none'}"
        )
    preset = importlib.import_module(f"trainers.configs.{dataset}")
    protocols = getattr(preset, "PROTOCOLS", {})
    defaults = protocols.get(changes.get("protocol"), {})
    defaults = {**defaults, **pretrained.defaults(changes)}
    config = dataclasses.replace(preset.CONFIG, **{**defaults, **changes})
    if "margin" not in changes and hasattr(preset, "margin"):
        config = dataclasses.replace(config, margin=preset.margin(config.bits))
    return config


def parse_overrides(pairs: Iterable[str]) -> dict[str, Any]:
    """Turns `FIELD=VALUE` strings into typed values.

    Raises:
        ConfigError: for an unknown field or a value of the wrong type.
    """
    hints = typing.get_type_hints(Config)
    values: dict[str, Any] = {}
    for pair in pairs:
        name, equals, text = pair.partition("=")
        if not equals:
            raise ConfigError(
                f"`--override` takes FIELD=VALUE. Received: {pair}"
            )
        if name not in hints:
            raise ConfigError(
                f"`--override` knows no field {name!r}; the fields are "
                f"{', '.join(hints)}."
            )
        values[name] = _parse(name, text, hints[name])
    return values


def _allowed(hint: Any) -> tuple[Any, ...]:
    """The types (or literal values) that a field's hint admits."""
    if isinstance(hint, types.UnionType):
        return typing.get_args(hint)
    if typing.get_origin(hint) is Literal:
        return typing.get_args(hint)
    return (hint,)


def _describe(allowed: tuple[Any, ...]) -> str:
    return " or ".join(
        "none" if a is type(None) else getattr(a, "__name__", str(a))
        for a in allowed
    )


def _parse(name: str, text: str, hint: Any) -> Any:
    allowed = _allowed(hint)
    if type(None) in allowed and text.lower() == "none":
        return None
    if text in allowed or str in allowed:
        return text
    if bool in allowed and text.lower() in ("true", "false"):
        return text.lower() == "true"
    for number in (int, float):
        if number in allowed:
            try:
                return number(text)
            except ValueError:
                continue
    raise ConfigError(
        f"`{name}` must be {_describe(allowed)}. Received: {text}"
    )


def _check_type(name: str, value: Any, hint: Any) -> None:
    allowed = _allowed(hint)
    if isinstance(value, bool):
        fits = bool in allowed
    elif isinstance(value, int) and float in allowed:
        fits = True
    else:
        fits = value in allowed or type(value) in allowed
    if not fits:
        raise ConfigError(
            f"`{name}` must be {_describe(allowed)}. Received: {value!r}"
        )


def _check_ranges(config: Config) -> None:
    """Raises `ConfigError` for the first value outside its range."""
    positive = (
        "bits",
        "image_size",
        "learning_rate",
        "margin",
        "beta",
        "epochs",
        "batch_size",
        "steps_per_call",
        "evaluate_every",
        "epsilon_decay_epochs",
    )
    for name in positive:
        if not getattr(config, name) > 0:
            raise ConfigError(
                f"`{name}` must be greater than 0. "
                f"Received: {getattr(config, name)}"
            )
    ranges = {
        "validation_fraction": (0.0, 0.5),
        "epsilon": (0.0, 0.5),
        "epsilon_decay": (0.0, 1.0),
        "warmup_fraction": (0.0, 1.0),
        "momentum": (0.0, 1.0),
        "dropout": (0.0, 0.99),
        "contrast": (0.0, 1.0),
        "rotation": (0.0, 180.0),
        "zoom": (0.0, 0.9),
        "seed": (0, 2**31 - 1),
        "trunk_learning_rate": (0.0, 1.0),
        "cache_copies": (0, 100),
        "bits": (1, 4096),
    }
    ranges |= dict.fromkeys(
        ("weight_decay", "clip_norm", "crop_padding", "brightness"),
        (0.0, float("inf")),
    )
    ranges["load_size"] = (config.image_size, float("inf"))
    for name, (low, high) in ranges.items():
        value = getattr(config, name)
        if value is not None and not low <= value <= high:
            raise ConfigError(
                f"`{name}` must lie between {low} and {high}. Received: {value}"
            )
