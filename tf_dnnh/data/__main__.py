"""Commands on data sets: `python -m tf_dnnh.data verify --dataset=NAME`."""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tf_dnnh import files
from tf_dnnh.commands import complain, import_tensorflow, prepare_folder
from tf_dnnh.errors import UserError

# Names of fields that --override sets -> the type of their values.
_FIELDS = {
    "image_dir": str,
    "queries_per_class": int,
    "training_per_class": int,
    "queries": int,
    "training": int,
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Checks a data set and its split; returns the exit status."""
    flags = _parser().parse_args(arguments)
    try:
        if flags.list:
            prepare_folder(flags.list.absolute().parent, "list")
        # Imported here, once the flags are valid: TensorFlow takes seconds.
        import_tensorflow()
        return _verify(flags)
    except UserError as error:
        return complain(str(error), error.status, error.details)


def _verify(flags: argparse.Namespace) -> int:
    from tf_dnnh.data.checks.content_hashes import content_hashes
    from tf_dnnh.data.data_error import DataError
    from tf_dnnh.data.datasets import load_dataset
    from tf_dnnh.data.split import Split
    from tf_dnnh.data.splitting import check_protocol, make_split
    from tf_dnnh.data.verify import (
        Check,
        problems,
        verify,
        verify_json,
        verify_report,
    )

    sizes = dict(flags.override)
    image_dir = sizes.pop("image_dir", None)
    protocol = check_protocol(flags.dataset, _protocol(flags))
    dataset = load_dataset(
        flags.dataset,
        flags.data_dir,
        flags.download,
        protocol,
        image_dir=image_dir,
    )
    split, failures = None, []
    try:
        if flags.workdir:
            split = Split.load(flags.workdir, dataset)
        else:
            split = make_split(dataset, protocol, flags.seed, sizes=sizes)
    except DataError as error:
        failures.append(Check("split", [str(error)]))
    hashes = content_hashes(dataset)
    checks = verify(dataset, split, hashes) + failures
    if flags.list:
        rows = [(check.name, one) for check in checks for one in check.found]
        files.write_csv(flags.list, ["problem", "name"], rows)
    if flags.json:
        values = verify_json(dataset, split, checks, hashes)
        print(json.dumps(values, indent=2, ensure_ascii=False))
    else:
        print(verify_report(dataset, split, checks, hashes))
    return int(problems(checks) > 0)


def _protocol(flags: argparse.Namespace) -> str | None:
    """Returns the protocol that was given, or that of a copy of NUS-WIDE."""
    from tf_dnnh.data.nus_wide.file_names import default_protocol

    if flags.protocol is None and flags.dataset == "nuswide":
        return default_protocol(flags.data_dir)
    return flags.protocol


def _override(text: str) -> tuple[str, Any]:
    name, _, value = text.partition("=")
    try:
        return name, _FIELDS[name](value)
    except (KeyError, ValueError):
        raise argparse.ArgumentTypeError(
            f"expected FIELD=VALUE with a field of {', '.join(_FIELDS)}, "
            f"found {text}"
        ) from None


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tf_dnnh.data",
        description=(
            "Checks a data set and its split: overlap, duplicates, unlabelled "
            "rows, unreadable images, counts, hashes. Exit status: 0 no "
            "problem found, 1 a check failed, 2 the command was wrong."
        ),
    )
    parser.add_argument("command", choices=["verify"])
    parser.add_argument(
        "--dataset",
        required=True,
        # DATASETS has them, too, but takes seconds to import.
        help=(
            "one of digits, cifar10, svhn, fashion_mnist, image_folder, nuswide"
        ),
    )
    parser.add_argument("--data_dir", help="folder that holds the data")
    parser.add_argument(
        "--download", action="store_true", help="download missing data"
    )
    parser.add_argument(
        "--protocol",
        help="default: the data set's first, or that of the list files",
    )
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument(
        "--override",
        type=_override,
        action="append",
        default=[],
        metavar="FIELD=VALUE",
        help=f"one of {', '.join(_FIELDS)}",
    )
    parser.add_argument(
        "--list",
        type=Path,
        metavar="FILE.csv",
        help="write every finding to this file, one per row",
    )
    parser.add_argument(
        "--workdir",
        help="check the split.json of this run instead of a new one",
    )
    parser.add_argument(
        "--json", action="store_true", help="print the report as JSON"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
