"""Trains and evaluates a hashing network: `python -m trainers.main --help`."""

import sys
from collections.abc import Sequence

from absl import flags

from tf_dnnh import commands
from tf_dnnh.stopping import StopRequests
from trainers import config

SUMMARY = """\
Trains a hashing network, evaluates it and writes a run folder. For example:

  python -m trainers.main --dataset=digits

"""
MODES = ["train_and_eval", "train", "eval"]


def define_flags() -> flags.FlagValues:
    """The flags; None stands for the value of the data set's preset."""
    values = flags.FlagValues()

    def text(name: str, words: str) -> None:
        flags.DEFINE_string(name, None, words, values)

    def choice(name: str, words: str) -> None:
        flags.DEFINE_enum(name, None, config.choices(name), words, values)

    def number(name: str, words: str) -> None:
        if config.kind(name) is int:
            flags.DEFINE_integer(name, None, words, flag_values=values)
        else:
            flags.DEFINE_float(name, None, words, flag_values=values)

    def switch(name: str, words: str) -> None:
        commands.define_switch(name, words, values)

    text("dataset", " | ".join(config.datasets()))
    text("data_dir", "folder with the data set")
    switch("download", "off: never touch the network")
    text("protocol", "which images are queries, database and training")
    text("workdir", "run folder (runs/DATASET-BITSb-SEED); resumes by itself")
    flags.DEFINE_enum("mode", MODES[0], MODES, "what to do", values)
    number("bits", "length of the code")
    text("backbone", "plain_cnn, nin32, efficientnet_lite0, resnet50 ...")
    text("weights", "none | imagenet, or a file of weights to start from")
    text("trainable", "head | last:N (blocks) | all: what of it learns")
    number("epochs", "how often every training image is seen")
    number("batch_size", "images a step, over all devices")
    number("learning_rate", "peak of the schedule")
    number("margin", "of the triplet ranking loss")
    choice("mining", "triplets that count")
    number("seed", "of split, weights, batches and augmentation")
    choice("strategy", "devices")
    choice("precision", "arithmetic")
    switch("jit_compile", "compile the step with XLA")
    switch("deterministic", "the same weights at every repetition")
    flags.DEFINE_multi_string(
        "override", [], "FIELD=VALUE: any field of config.json", values
    )
    flags.DEFINE_boolean("debug", False, "show tracebacks", values)
    return values


def main(argv: Sequence[str] = sys.argv) -> int:
    """Parses the command line and runs; returns the exit status."""
    values = define_flags()

    def body(resolved: config.Config, stop: StopRequests) -> None:
        # Importing TensorFlow takes seconds: not before the flags are right.
        commands.import_tensorflow()
        from trainers import experiment

        experiment.run(resolved, values.mode, stop)

    return commands.run(argv, values, SUMMARY, resolve, body)


def resolve(values: flags.FlagValues) -> config.Config:
    """Lays flags, then overrides, over the preset of the data set.

    Raises:
        ConfigError: for an unknown field, or a value that is not allowed.
    """
    changes = {
        name: value
        for name, value in values.flag_values_dict().items()
        if value is not None and name in config.fields()
    }
    changes |= config.parse_overrides(values.override)
    return config.from_preset(values.dataset or "", changes)


if __name__ == "__main__":
    sys.exit(main())
