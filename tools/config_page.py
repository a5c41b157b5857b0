"""Writes docs/configuration.md: `python -m tools.config_page`."""

import pathlib

from tf_dnnh.fields import Field
from trainers import config

PAGE = pathlib.Path(__file__).resolve().parents[1] / "docs/configuration.md"
_HEADER = """\
# Configuration

<!-- Written by `python -m tools.config_page` from the docstrings of
     trainers/config.py and tf_dnnh/augment_config.py: change those. -->

Every field of a run's `config.json`. Fields with a flag are set by
`--FIELD=VALUE`, all others by `--override=FIELD=VALUE`. The defaults are those
of `Config`; each data set's preset, `trainers/configs/DATASET.py`, has its own.

| field | default | allowed | meaning |
|---|---|---|---|
"""


def page() -> str:
    """Returns the page."""
    return _HEADER + "".join(map(_row, config.fields().values()))


def _row(field: Field) -> str:
    flag = "--" if field.name in config.FLAGS else ""
    default = str(field.default)
    if not isinstance(field.default, str):  # As it is typed.
        default = default.lower()
    allowed = field.describe_type()
    if field.range:
        allowed += f", {field.range}"
    meaning = field.description.rstrip(".")
    cells = [f"`{flag}{field.name}`", f"`{default}`", allowed, meaning]
    return f"| {' | '.join(cells)} |\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    print(PAGE)
