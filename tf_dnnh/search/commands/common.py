"""Flags that several search commands have."""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from absl import flags

from tf_dnnh import commands
from tf_dnnh.search.search_error import SearchError

if TYPE_CHECKING:
    from tf_dnnh.search.collection import Collection

INDEX = "folder of the index"
MODEL = "its model, if that is no longer where it was"


def new_flags(**texts: str) -> flags.FlagValues:
    """Defines flags for strings, from name to help, without defaults."""
    values = flags.FlagValues()
    # Flags may follow the paths of pictures.
    values.set_gnu_getopt(True)
    for name, text in texts.items():
        flags.DEFINE_string(name, None, text, values)
    return values


def searched_flags() -> flags.FlagValues:
    """Defines what to search in, see `open_searched`."""
    return new_flags(
        index=INDEX,
        workdir="folder of a run, to search in its own pictures; instead of "
        "--index",
        model=MODEL,
    )


def finish_flags(
    values: flags.FlagValues, with_json: bool = True
) -> flags.FlagValues:
    """Defines the flags that come last."""
    if with_json:
        text = "print JSON instead of a table"
        flags.DEFINE_boolean("json", False, text, values)
    flags.DEFINE_boolean("debug", False, "show tracebacks", values)
    return values


def require(values: flags.FlagValues, *names: str) -> None:
    """Refuses a command without one of its flags."""
    for name in names:
        if not values[name].value:
            raise SearchError(f"`--{name}` is required, see --help")


def path_of(values: flags.FlagValues, name: str) -> Path:
    """Returns the path in a flag that is required."""
    return Path(str(values[name].value)).expanduser()


def optional_path_of(values: flags.FlagValues, name: str) -> Path | None:
    """Returns the path in a flag, or None."""
    return path_of(values, name) if values[name].value else None


def require_searched(values: flags.FlagValues) -> None:
    """Refuses a command without an index or a run, or with both."""
    if bool(values.index) == bool(values.workdir):
        raise SearchError(
            "Give either --index, the folder of an index, or --workdir, the "
            "folder of a run, see --help"
        )


def open_searched(values: flags.FlagValues) -> "Collection":
    """Opens the index of `--index` or the run of `--workdir`."""
    from tf_dnnh.search.collection import Collection

    if values.workdir:
        # Data sets need TensorFlow, which is not silent.
        commands.import_tensorflow()
        return Collection.of_run(path_of(values, "workdir"))
    path = path_of(values, "index")
    collection = Collection.open(path, model=optional_path_of(values, "model"))
    if not len(collection):
        raise SearchError(
            f"{path} holds no pictures yet: run `python -m tf_dnnh.search "
            f"build --index={path}` to its end."
        )
    return collection


def print_json(value: Any) -> None:
    """Prints a value as indented JSON."""
    print(json.dumps(value, indent=2, ensure_ascii=False))


def table(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """Formats a table; numbers are aligned to the right.

    Example:
        >>> print(table(["id", "name"], [[7, "a.png"], [12, "b.png"]]))
        id  name
         7  a.png
        12  b.png
    """
    rows = list(rows)
    texts = [list(header), *([_shown(cell) for cell in row] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*texts, strict=True)]
    numbers = [
        bool(rows) and isinstance(cell, int | float)
        for cell in (rows[0] if rows else header)
    ]
    return "\n".join(
        "  ".join(
            cell.rjust(width) if number else cell.ljust(width)
            for cell, width, number in zip(line, widths, numbers, strict=True)
        ).rstrip()
        for line in texts
    )


def _shown(cell: Any) -> str:
    """Returns one line without control characters, which terminals obey."""
    text = "" if cell is None else str(cell)
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)
