"""Writes a small NUS-WIDE of drawn pictures: `python -m tools.miniature MINI`.

The files are laid out as in the official set: 81 concepts, several or none per
image, names with backslashes, Windows line endings. A few images are missing
and a few do not decode, as in every copy of the real one.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from tf_dnnh.commands import WRONG_COMMAND, complain
from tools.miniature.writer import SIDES, write_miniature


def main(arguments: Sequence[str] | None = None) -> int:
    """Writes a miniature; returns the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m tools.miniature",
        description=(
            "Draws a small NUS-WIDE to try everything out on: "
            "`python -m trainers.main --dataset=nuswide --data_dir=MINI "
            "--protocol=mini`."
        ),
    )
    parser.add_argument(
        "folder", type=Path, metavar="MINI", help="new or empty folder"
    )
    parser.add_argument("--images", type=int, default=3000)
    parser.add_argument(
        "--layout", choices=["official", "lists"], default="official"
    )
    for name, default in (("missing", 5), ("corrupt", 5), ("seed", 0)):
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument(
        "--sides",
        type=int,
        nargs=2,
        default=SIDES,
        help="shortest and longest side of a picture",
    )
    flags = parser.parse_args(arguments)
    if flags.folder.exists() and any(flags.folder.iterdir()):
        return complain(
            f"{flags.folder} is not empty: give a new folder.", WRONG_COMMAND
        )
    write_miniature(**vars(flags))
    print(
        f"Wrote {flags.images:,} images to {flags.folder}, of which "
        f"{flags.missing} are missing and {flags.corrupt} do not decode."
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
