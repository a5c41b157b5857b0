"""Exports a run: `python -m export.main --help`."""

import dataclasses
import sys
from collections.abc import Sequence
from pathlib import Path

from absl import flags

from export.limits import Limits
from tf_dnnh import commands

SUMMARY = """\
Turns a run folder into a SavedModel and TFLite files, runs each on the run's
query images, and publishes them if their codes are Keras'. For example:

  python -m export.main --workdir=runs/digits-48b-0 --output=export/digits

"""
FORMATS = ["saved_model", "tflite", "onnx"]


def define_flags() -> flags.FlagValues:
    """Defines the flags."""
    values = flags.FlagValues()
    flags.DEFINE_string("workdir", None, "run folder to export", values)
    flags.DEFINE_string("output", None, "export folder to write", values)
    flags.DEFINE_list(
        "formats", FORMATS[:2], f"some of {','.join(FORMATS)}", values
    )
    flags.DEFINE_integer(
        "checked_images",
        1000,
        "queries that every file is run on",
        lower_bound=1,
        flag_values=values,
    )
    flags.DEFINE_integer(
        "representative_images",
        200,
        "training images that measure the ranges of int8",
        lower_bound=1,
        flag_values=values,
    )
    for name, default in dataclasses.asdict(Limits()).items():
        if name != "rounding":
            flags.DEFINE_float(
                f"{name}_agreement",
                default,
                f"smallest share of equal bits: {default:g}",
                lower_bound=0.0,
                upper_bound=1.0,
                flag_values=values,
            )
    flags.DEFINE_float(
        "rounding",
        Limits.rounding,
        "|logit| below which a bit may fall on either side",
        lower_bound=0.0,
        flag_values=values,
    )
    flags.DEFINE_boolean("debug", False, "show tracebacks", values)
    return values


def main(argv: Sequence[str] = sys.argv) -> int:
    """Parses the command line and exports; returns the exit status."""
    values = define_flags()
    status = commands.parse(argv, values, SUMMARY)
    if status is not None:
        return status
    problem = wrong_command(values)
    if problem:
        return commands.complain(problem, commands.WRONG_COMMAND)
    return commands.guarded(lambda: run(values), values.debug)


def wrong_command(values: flags.FlagValues) -> str | None:
    """Returns what is wrong with the flags, if anything is."""
    for name in ("workdir", "output"):
        if not values[name].value:
            return f"`--{name}` is required, see --help"
    unknown = [name for name in values.formats if name not in FORMATS]
    if unknown or not values.formats:
        return (
            f"`--formats` takes some of {', '.join(FORMATS)}. Received: "
            f"{', '.join(unknown) or 'none'}"
        )
    if not Path(values.workdir).is_dir():
        return (
            f"There is no run folder {values.workdir}: give the --workdir of "
            "a run of trainers.main"
        )
    return None


def run(values: flags.FlagValues) -> None:
    """Exports what the flags say and prints what came out."""
    # Importing TensorFlow takes seconds: not before the flags are right.
    commands.import_tensorflow()
    from export.exporter import export_run
    from export.summary import table

    limits: dict[str, float] = {
        field.name: values[f"{field.name}_agreement"].value or 0.0
        for field in dataclasses.fields(Limits)
        if field.name != "rounding"
    }
    summary = export_run(
        Path(values.workdir),
        Path(values.output),
        formats=values.formats,
        limits=Limits(**limits, rounding=values.rounding),
        checked_images=values.checked_images,
        representative_images=values.representative_images,
    )
    print(table(summary))
    print(f"Everything is in {values.output}, figures in export.json")


if __name__ == "__main__":
    sys.exit(main())
