"""Trains and evaluates a hashing network: `python -m trainers.main --help`."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from absl import flags

from tf_dnnh import commands
from tf_dnnh.runs.run_folder import RunFolder
from tf_dnnh.stopping import StopRequests
from trainers import config
from trainers.config import Config

SUMMARY = """\
Trains a hashing network, evaluates it and writes a run folder. For example:

  python -m trainers.main --dataset=digits

"""
MODES = ["train_and_eval", "train", "eval"]


def define_flags() -> flags.FlagValues:
    """Defines the flags; None stands for the preset's value."""
    values = flags.FlagValues()
    known = config.fields()
    for name in config.FLAGS:
        commands.define_field(known[name], values)
    flags.DEFINE_enum("mode", MODES[0], MODES, "work to do", values)
    flags.DEFINE_multi_string(
        "override", [], "FIELD=VALUE: any field of config.json", values
    )
    flags.DEFINE_boolean("debug", False, "show tracebacks", values)
    return values


def main(argv: Sequence[str] = sys.argv) -> int:
    """Parses the command line and runs; returns the exit status."""
    values = define_flags()

    def body(resolved: Config, stop: StopRequests) -> None:
        # Imported here, once the flags are valid: TensorFlow takes seconds.
        commands.import_tensorflow()
        from trainers import experiment

        experiment.run(resolved, values.mode, stop)

    return commands.run(argv, values, SUMMARY, resolve, body)


def resolve(values: flags.FlagValues) -> Config:
    """Applies flags, then overrides, to the preset of the data set.

    An evaluation of an existing run starts from the run's own configuration
    instead of the preset: `--mode=eval --workdir=RUN` is enough.

    Raises:
        ConfigError: for an unknown field, or a value that is not allowed.
        RunError: if the run's configuration cannot be read.
    """
    changes: dict[str, Any] = {}
    for name in config.FLAGS:
        if values[name].value is not None:
            changes |= config.renamed(name, values[name].value)
    changes |= config.parse_overrides(values.override)
    if values.mode == "eval" and values.workdir:
        folder = RunFolder(Path(values.workdir))
        return Config.from_json(folder.read_config()).replace(**changes)
    return config.from_preset(values.dataset or "", changes)


if __name__ == "__main__":
    sys.exit(main())
