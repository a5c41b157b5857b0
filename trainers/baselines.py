"""Compares hashing methods: `python -m trainers.baselines --help`."""

import pathlib
import sys
import textwrap
from collections.abc import Sequence

from absl import flags

from tf_dnnh import commands
from tf_dnnh.stopping import StopRequests
from trainers import config
from trainers.comparison import settings
from trainers.comparison.settings import BaselineSettings
from trainers.config import ConfigError

# The fields of the configuration that have a flag here.
_FIELDS = ("dataset", "data_dir", "download", "protocol", "seed")
_METHODS = textwrap.fill(f"Methods: {', '.join(settings.METHODS)}.", 79)
SUMMARY = f"""\
Compares hashing methods that learn no features under a data set's protocol and
writes one table, with the paper's figures beside them. For example:

  python -m trainers.baselines --dataset=digits

{_METHODS}

"""


def define_flags() -> flags.FlagValues:
    """Defines the flags; None stands for the preset's value."""
    values = flags.FlagValues()
    known = config.fields()
    for name in _FIELDS:
        commands.define_field(known[name], values)
    text = "results folder, resumed if it exists (runs/baselines-DATASET)"
    flags.DEFINE_string("workdir", None, text, values)
    flags.DEFINE_list("bits", ["12", "24", "32", "48"], "code lengths", values)
    methods = list(settings.DEFAULT_METHODS)
    text = "methods to compare (all but cnnh_network)"
    flags.DEFINE_list("methods", methods, text, values)
    text = f"{' | '.join(settings.FEATURES)} | FILE.npy, one row per image"
    flags.DEFINE_string("features", settings.DEFAULT_FEATURES, text, values)
    flags.DEFINE_list("runs", [], "folders of finished runs to compare", values)
    flags.DEFINE_boolean("debug", False, "show tracebacks", values)
    return values


def main(argv: Sequence[str] = sys.argv) -> int:
    """Parses the command line and runs; returns the exit status."""

    def body(resolved: BaselineSettings, stop: StopRequests) -> None:
        del stop  # Finished results are on disk: stopping at once loses little.
        # Imported here, once the flags are valid: TensorFlow takes seconds.
        commands.import_tensorflow()
        from trainers.comparison import experiment

        experiment.run(resolved)

    return commands.run(argv, define_flags(), SUMMARY, resolve, body)


def resolve(values: flags.FlagValues) -> BaselineSettings:
    """Applies the flags to the preset of the data set.

    Raises:
        ConfigError: for a value that is not allowed.
    """
    changes = {
        name: values[name].value
        for name in _FIELDS
        if values[name].value is not None
    }
    try:
        bits = tuple(sorted({int(text) for text in values.bits}))
    except ValueError as error:
        raise ConfigError(
            "`--bits` must be whole numbers, separated by commas. "
            f"Received: {','.join(values.bits)}"
        ) from error
    workdir = f"runs/baselines-{values.dataset}"
    if values.features != settings.DEFAULT_FEATURES:
        workdir += f"-{pathlib.Path(values.features).stem}"
    return BaselineSettings(
        config=config.from_preset(values.dataset or "", changes),
        bits=bits,
        methods=tuple(dict.fromkeys(values.methods)),
        features=values.features,
        runs=tuple(map(pathlib.Path, values.runs)),
        workdir=pathlib.Path(values.workdir or workdir),
    )


if __name__ == "__main__":
    sys.exit(main())
