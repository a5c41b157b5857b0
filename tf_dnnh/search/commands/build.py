"""`python -m tf_dnnh.search build`."""

import dataclasses
from collections.abc import Sequence

from absl import flags

from tf_dnnh import commands
from tf_dnnh.search.commands import common
from tf_dnnh.stopping import StopRequests

SUMMARY = """\
Encodes pictures and indexes them. Called again, it encodes only what is new or
has changed, and drops what is gone; a build that was stopped goes on where it
was. For example:

  python -m tf_dnnh.search build --model=runs/digits-48b-0 --images=photos \\
    --index=photos.index

"""
_KINDS = ("auto", "flat", "hash", "hnsw", "ivf")


def define_flags() -> flags.FlagValues:
    """Defines the flags."""
    values = common.new_flags(
        model="run folder, version folder of a SavedModel, or .tflite file",
        images="folder of pictures, whose subfolders are labels, or CSV file "
        "of path,label",
        index="folder of the index to write",
    )
    text = f"one of {', '.join(_KINDS)}; default: as before, or auto"
    flags.DEFINE_enum("kind", None, _KINDS, text, values)
    return common.finish_flags(values)


def main(argv: Sequence[str]) -> int:
    """Runs the command and returns the exit status."""
    return commands.run(argv, define_flags(), SUMMARY, resolve, body)


def resolve(values: flags.FlagValues) -> flags.FlagValues:
    """Checks the flags."""
    common.require(values, "model", "images", "index")
    return values


def body(values: flags.FlagValues, stop: StopRequests) -> None:
    """Builds the index and prints what changed."""
    commands.import_tensorflow()
    from tf_dnnh.search.building import build_index

    path = common.path_of(values, "index")
    report = build_index(
        common.path_of(values, "model"),
        common.path_of(values, "images"),
        path,
        values.kind,
        stop,
    )
    if values.json:
        common.print_json(dataclasses.asdict(report))
        return
    print(report.sentence(path))
    if report.unreadable:
        print(f"The unreadable files are listed in {path / 'unreadable.csv'}")
