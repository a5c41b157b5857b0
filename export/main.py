"""Exports a run: `python -m export.main --help`."""

import functools
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from absl import flags

from export import formats
from export.export_error import WrongCommand
from tf_dnnh import commands
from tf_dnnh.stopping import StopRequests

SUMMARY = """\
Exports a run as a SavedModel and TFLite files, runs each on query images of
the run, and publishes them if their codes agree with Keras'. For example:

  python -m export.main --workdir=runs/digits-48b-0 --output=export/digits

"""


def define_flags() -> flags.FlagValues:
    """Defines the flags."""
    values = flags.FlagValues()
    flags.DEFINE_string("workdir", None, "run folder to export", values)
    flags.DEFINE_string("output", None, "export folder to write", values)
    flags.DEFINE_list(
        "formats",
        list(formats.DEFAULT_FORMATS),
        f"some of {','.join(formats.FORMATS)}",
        values,
    )
    whole = functools.partial(flags.DEFINE_integer, flag_values=values)
    number = functools.partial(flags.DEFINE_float, flag_values=values)
    text = "queries that every file is run on"
    whole("checked_images", 1000, text, lower_bound=1)
    text = "training images that calibrate the int8 file"
    whole("representative_images", 200, text, lower_bound=1)
    for name, share in formats.AGREEMENT.items():
        text = f"smallest share of equal bits: {share:g}"
        number(f"{name}_agreement", share, text, 0.0, 1.0)
    text = "|logit| below which a bit may fall on either side"
    number("rounding", formats.ROUNDING, text, lower_bound=0.0)
    flags.DEFINE_boolean("debug", False, "show tracebacks", values)
    return values


def main(argv: Sequence[str] = sys.argv) -> int:
    """Parses the command line, exports, and returns the exit status."""
    return commands.run(argv, define_flags(), SUMMARY, resolve, export)


def resolve(values: flags.FlagValues) -> dict[str, Any]:
    """Returns the arguments of `export_run`, or raises `WrongCommand`."""
    for name in ("workdir", "output"):
        if not values[name].value:
            raise WrongCommand(f"`--{name}` is required, see --help")
    if not Path(values.workdir).is_dir():
        raise WrongCommand(
            f"There is no run folder {values.workdir}: give the --workdir of "
            "a run of trainers.main"
        )
    formats.check_formats(values.formats)
    commands.prepare_folder(Path(values.output), "output")
    return {
        "workdir": Path(values.workdir),
        "output": Path(values.output),
        "formats": values.formats,
        "agreement": {
            name: values[f"{name}_agreement"].value
            for name in formats.AGREEMENT
        },
        "rounding": values.rounding,
        "checked_images": values.checked_images,
        "representative_images": values.representative_images,
    }


def export(settings: dict[str, Any], stop: StopRequests) -> None:
    """Exports and prints the figures."""
    # Importing TensorFlow takes seconds, so the flags are checked first.
    commands.import_tensorflow()
    from export.exporter import export_run
    from export.summary import table

    print(table(export_run(**settings, stop=stop)))
    print(f"Everything is in {settings['output']}, figures in export.json")


if __name__ == "__main__":
    sys.exit(main())
