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
    defaults = config.defaults_in_words()
    for name in config.FLAGS:
        commands.define_field(known[name], values, defaults[name])
    text = f"work to do (default: {MODES[0]})"
    flags.DEFINE_enum("mode", MODES[0], MODES, text, values)
    text = "FIELD=VALUE: any field of config.json, see --helpfull"
    flags.DEFINE_multi_string("override", [], text, values)
    flags.DEFINE_boolean("debug", False, "show tracebacks", values)
    return values


def main(argv: Sequence[str] = sys.argv) -> int:
    """Parses the command line and runs; returns the exit status."""
    values = define_flags()
    if "--helpfull" in argv:
        print(commands.help_text(SUMMARY, values) + _other_fields(), end="")
        return commands.DONE

    def body(resolved: Config, stop: StopRequests) -> None:
        # Imported here, once the flags are valid: TensorFlow takes seconds.
        commands.import_tensorflow()
        from trainers import experiment

        experiment.run(resolved, values.mode, stop)

    return commands.run(argv, values, SUMMARY, resolve, body)


def _other_fields() -> str:
    """Describes the fields without a flag, as the help describes flags."""
    others = flags.FlagValues()
    defaults = config.defaults_in_words()
    for name, field in config.fields().items():
        if name not in config.FLAGS:
            default = f"{field.describe_type()}; default: {defaults[name]}"
            text = f"{field.description.rstrip('.')} ({default})"
            flags.DEFINE_string(name, None, text, others)
    return commands.help_text(
        "\nSet by --override=FIELD=VALUE, which may be repeated:\n\n", others
    ).replace("  --", "  ")


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
        present = config.read_config(RunFolder(Path(values.workdir)))
        return present.replace(**changes)
    return config.from_preset(values.dataset or "", changes)


if __name__ == "__main__":
    sys.exit(main())
