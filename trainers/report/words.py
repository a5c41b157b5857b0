"""What a report says in words: figures, times, verdicts, commands."""

import math
import shlex
from collections.abc import Mapping
from typing import Any

from trainers import config as config_lib
from trainers.report.plots import number

DATASET_TITLES = {
    "cifar10": "CIFAR-10",
    "digits": "Digits",
    "fashion_mnist": "Fashion-MNIST",
    "image_folder": "Image folder",
    "nuswide": "NUS-WIDE",
    "svhn": "SVHN",
}

_COMMAND = "python -m trainers.main"
_FLAGS = (
    "data_dir",
    "protocol",
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
)
_SWITCHES = ("jit_compile", "deterministic")


def score(value: float | None) -> str:
    """Three decimals, or a dash for what could not be measured."""
    if value is None or not math.isfinite(value):
        return "–"
    return f"{value:.3f}"


def signed(value: float) -> str:
    """A difference with its sign.

    Example:
        >>> signed(0.0123), signed(-0.2)
        ('+0.012', '−0.200')
    """
    return f"{value:+.3f}".replace("-", "−")


def percent(value: float | None) -> str:
    """A share as a percentage."""
    if value is None or not math.isfinite(value):
        return "–"
    return f"{value:.1%}"


def duration(seconds: float | None) -> str:
    """A time for people.

    Example:
        >>> duration(4.21), duration(200), duration(8000)
        ('4.2 s', '3 min 20 s', '2 h 13 min')
    """
    if seconds is None or not math.isfinite(seconds):
        return "–"
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest} s"
    return f"{minutes // 60} h {minutes % 60} min"


def health_notes(
    balance: list[float],
    pair: tuple[int, int, float] | None,
    distinct: int,
    database: int,
) -> list[str]:
    """Plain sentences about the bits, most telling first.

    Args:
        balance: share of ones, per bit.
        pair: the most correlated bits and their correlation.
        distinct: distinct codes.
        database: database images.
    """
    constant = [i + 1 for i, p in enumerate(balance) if p in (0.0, 1.0)]
    lopsided = [
        i + 1
        for i, p in enumerate(balance)
        if is_lopsided(p) and i + 1 not in constant
    ]
    even = sum(0.35 <= p <= 0.65 for p in balance)
    notes = [
        f"{even} of {len(balance)} bits split the database between 35:65 "
        "and 65:35."
    ]
    if constant:
        notes.append(f"The same for every image: {_bits(constant)}.")
    if lopsided:
        notes.append(f"The same for over 95% of the images: {_bits(lopsided)}.")
    if pair:
        first, second, value = pair
        notes.append(
            f"The most alike are bits {first} and {second}, with a "
            f"correlation of {number(round(value, 2))}."
        )
    notes.append(
        f"{database:,} database images share {distinct:,} distinct codes."
    )
    return notes


def is_lopsided(balance: float) -> bool:
    """Whether a bit takes one value for over 95% of the images."""
    return not 0.05 <= balance <= 0.95


def _bits(numbers: list[int]) -> str:
    shown = ", ".join(map(str, numbers[:12]))
    more = f" and {len(numbers) - 12} more" if len(numbers) > 12 else ""
    noun = "bit" if len(numbers) == 1 else "bits"
    return f"{noun} {shown}{more}"


def command(config: Mapping[str, Any]) -> str:
    """The command that repeats a run: the fields its preset does not set.

    Args:
        config: content of `config.json`.

    Returns:
        A shell command, one flag a line.
    """
    dataset = str(config["dataset"])
    if dataset in config_lib.datasets():
        plain = config_lib.from_preset(dataset, {})
        # They bring defaults of their own; the flags themselves are shown.
        names = ("protocol", "weights", "bits")
        given = {name: config[name] for name in names if name in config}
        preset = config_lib.from_preset(dataset, given).to_json()
        preset |= {name: getattr(plain, name) for name in names}
    else:
        preset = config_lib.Config().to_json()
    words = [f"{_COMMAND} --dataset={shlex.quote(dataset)}"]
    for name, default in preset.items():
        value = config.get(name, default)
        if name in ("dataset", "workdir", "download") or value == default:
            continue
        if name in _FLAGS:
            words.append(f"--{name}={shlex.quote(str(value))}")
        elif name in _SWITCHES:
            words.append(f"--{name}" if value else f"--no{name}")
        else:
            text = "none" if value is None else value
            words.append(shlex.quote(f"--override={name}={text}"))
    return " \\\n    ".join(words)


def split_rows(split: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Name, number of images and SHA-256 of each list of a split.

    Args:
        split: content of `split.json`.
    """
    return [
        (part, f"{count:,}", split["list_sha256"][part])
        for part, count in split["counts"].items()
    ]
