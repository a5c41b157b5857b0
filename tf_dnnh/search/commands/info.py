"""`python -m tf_dnnh.search info`."""

from collections.abc import Sequence
from typing import Any

from absl import flags

from tf_dnnh import commands
from tf_dnnh.search.commands import common
from tf_dnnh.stopping import StopRequests

SUMMARY = """\
Describes an index: pictures, labels, bits, calibration. For example:

  python -m tf_dnnh.search info --index=photos.index

"""
_LABELS = 20


def main(argv: Sequence[str]) -> int:
    """Runs the command and returns the exit status."""
    values = common.finish_flags(common.searched_flags())
    return commands.run(argv, values, SUMMARY, resolve, body)


def resolve(values: flags.FlagValues) -> flags.FlagValues:
    """Checks the flags."""
    common.require_searched(values)
    return values


def body(values: flags.FlagValues, stop: StopRequests) -> None:
    """Prints the summary of the index."""
    summary = common.open_searched(values).summary()
    if values.json:
        common.print_json(summary)
    else:
        print(common.table(["index", summary["name"]], _rows(summary)))


def _rows(summary: dict[str, Any]) -> list[tuple[str, str]]:
    labels = list(summary["labels"].items())
    largest = max([size for size, _ in summary["bucket_sizes"]], default=0)
    exact = "exact" if summary["is_exact"] else "approximate"
    shares = summary["balance"]
    rows = [
        ("pictures", f"{summary['pictures']:,}"),
        ("images", summary["images"]),
        ("model", summary["model"]),
        ("fingerprint", summary["fingerprint"]),
        ("bits", summary["bits"]),
        ("kind", f"{summary['kind']}, {exact}"),
        ("distinct codes", f"{summary['distinct_codes']:,}"),
        ("most equal codes", f"{largest:,}"),
        ("share of ones", f"{min(shares):.2f} to {max(shares):.2f} per bit"),
        ("mean entropy", f"{summary['mean_entropy']:.3f} bit"),
        ("radius", _radius(summary["calibration"])),
        *(("label", f"{name}: {count:,}") for name, count in labels[:_LABELS]),
    ]
    if len(labels) > _LABELS:
        rows.append(("label", f"and {len(labels) - _LABELS:,} more"))
    return [(name, str(value)) for name, value in rows]


def _radius(calibration: dict[str, Any] | None) -> str:
    if calibration is None:
        return "not calibrated"
    return (
        f"{calibration['radius']}, precision {calibration['precision']:.3f} "
        f"({calibration['low']:.3f} to {calibration['high']:.3f})"
    )
