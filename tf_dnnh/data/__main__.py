"""Commands on data sets: `python -m tf_dnnh.data verify --dataset=NAME`."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from tf_dnnh import files
from tf_dnnh.commands import complain, prepare_folder
from tf_dnnh.data.data_error import DataError
from tf_dnnh.data.datasets import DATASETS, load_dataset
from tf_dnnh.data.split import Split
from tf_dnnh.data.splitting import check_protocol, make_split
from tf_dnnh.data.verify import Check, content_hashes, verify, verify_report
from tf_dnnh.errors import UserError


def main(arguments: Sequence[str] | None = None) -> int:
    """Checks a data set and its split; returns the exit status."""
    flags = _parser().parse_args(arguments)
    try:
        if flags.list:
            prepare_folder(flags.list.absolute().parent, "list")
        dataset = load_dataset(
            flags.dataset, flags.data_dir, flags.download, flags.protocol
        )
        protocol = check_protocol(dataset.name, flags.protocol)
    except UserError as error:
        return complain(str(error), error.status, error.details)
    split, failures = None, []
    try:
        if flags.workdir:
            split = Split.load(flags.workdir, dataset)
        else:
            split = make_split(dataset, protocol, flags.seed)
    except DataError as error:
        failures.append(Check("split", [str(error)]))
    hashes = content_hashes(dataset)
    checks = verify(dataset, split, hashes) + failures
    if flags.list:
        rows = [(check.name, one) for check in checks for one in check.found]
        files.write_csv(flags.list, ["problem", "name"], rows)
    print(verify_report(dataset, split, checks, hashes))
    return int(any(check.status == "PROBLEM" for check in checks))


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
        "--dataset", required=True, help=f"one of {', '.join(DATASETS)}"
    )
    parser.add_argument("--data_dir", help="folder that holds the data")
    parser.add_argument(
        "--download", action="store_true", help="download missing data"
    )
    parser.add_argument("--protocol", help="default: the data set's first")
    parser.add_argument("--seed", type=int, default=0)
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
    return parser


if __name__ == "__main__":
    sys.exit(main())
