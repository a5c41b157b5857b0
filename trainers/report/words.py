"""Texts of a report: notes on bits and data, commands."""

import shlex
from collections.abc import Mapping
from typing import Any

from tf_dnnh.pages.formats import is_lopsided, number
from trainers import config as config_lib
from trainers.config import Config


def health_notes(
    health: Mapping[str, Any],
    pair: tuple[int, int, float] | None,
    database: int,
) -> list[str]:
    """Returns sentences about the bits, most important first.

    `pair` holds the most correlated bits and their correlation, or is None;
    `database` is the number of database images.
    """
    balance = health["balance"]
    even = sum(0.35 <= p <= 0.65 for p in balance)
    lopsided = [
        str(i + 1)
        for i, p in enumerate(balance)
        if is_lopsided(p) and p not in (0, 1)
    ]
    notes = [
        *health["reasons"],
        f"{even} of {len(balance)} bits split the database between 35:65 "
        "and 65:35.",
    ]
    if lopsided:
        one = len(lopsided) == 1
        noun, verb = ("Bit", "takes") if one else ("Bits", "take")
        notes.append(
            f"{noun} {', '.join(lopsided)} {verb} one value for over 95% of "
            "the images."
        )
    if pair:
        notes.append(
            f"The most correlated are bits {pair[0]} and {pair[1]} "
            f"({number(round(pair[2], 2))})."
        )
    notes.append(
        f"{database:,} database images share {health['distinct_codes']:,} "
        "distinct codes."
    )
    return notes


def data_notes(split: Mapping[str, Any]) -> list[str]:
    """Lists the notes in `split.json` on missing or unusual data.

    Example:
        >>> data_notes({"notes": {"concepts": 21, "missing": 1200}})[:2]
        ['concepts: 21', '1,200 listed images are missing']
    """
    # Imported here: TensorFlow comes with them and takes seconds.
    from tf_dnnh.data.image_dataset import PROBLEMS
    from tf_dnnh.runs.run_folder import PROBLEMS_FILE

    sentences = []
    notes = split.get("notes", {})
    for name, value in notes.items():
        shown = f"{value:,}" if isinstance(value, int) else str(value)
        if name in PROBLEMS:
            sentences.append(f"{shown} {PROBLEMS[name]}")
        else:
            sentences.append(f"{name.replace('_', ' ')}: {shown}")
    if PROBLEMS.keys() & notes.keys():
        sentences.append(f"their names are in {PROBLEMS_FILE}")
    return sentences


def maps(metrics: Mapping[str, float | None], unseen_first: bool) -> str:
    """Formats MAP over the database and over its unseen images, for a terminal.

    Example:
        >>> maps({"map": 0.865, "map_unseen": 0.801}, unseen_first=True)
        'MAP 0.8010 over database images not trained on, 0.8650 over all'
    """
    score, unseen = metrics["map"], metrics["map_unseen"]
    if unseen is None:
        return f"MAP {score:.4f}; all database images were trained on"
    if unseen_first:
        return (
            f"MAP {unseen:.4f} over database images not trained on, "
            f"{score:.4f} over all"
        )
    return f"MAP {score:.4f}, {unseen:.4f} over database images not trained on"


def command(config: Config) -> str:
    """Returns the shell command that repeats a run, one flag per line.

    It sets the fields whose values differ from the preset's.
    """
    values = config.flat()
    dataset = shlex.quote(config.dataset)
    words = [f"python -m trainers.main --dataset={dataset}"]
    for name, default in _defaults(config).items():
        value = values[name]
        if name in ("dataset", "workdir", "download") or value == default:
            continue
        text = "none" if value is None else value
        if name not in config_lib.FLAGS:
            words.append(shlex.quote(f"--override={name}={text}"))
        elif isinstance(value, bool):
            words.append(f"--{name}" if value else f"--no{name}")
        else:
            words.append(f"--{name}={shlex.quote(str(text))}")
    return " \\\n    ".join(words)


def _defaults(config: Config) -> dict[str, Any]:
    """Returns the values of a run's fields unless they are set."""
    if config.dataset not in config_lib.datasets():
        return Config().flat()
    # Other defaults depend on these fields, whose own defaults count as well.
    names = ("protocol", "bits", "weights", "backbone")
    given: dict[str, Any] = {}
    own: dict[str, Any] = {}
    for name in names:
        own[name] = getattr(config_lib.from_preset(config.dataset, given), name)
        given[name] = getattr(config, name)
    return config_lib.from_preset(config.dataset, given).flat() | own
