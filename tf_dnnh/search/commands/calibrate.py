"""`python -m tf_dnnh.search calibrate`."""

from collections.abc import Sequence

from absl import flags

from tf_dnnh import commands
from tf_dnnh.search.commands import common
from tf_dnnh.stopping import StopRequests

SUMMARY = """\
Chooses the radius up to which pictures match: the largest one at which the
wanted share of the pictures found is right. Judged by the labels of the
pictures in the index, or of others (--images), which is fairer if the model
was trained on those in the index. `query` then says "no match" beyond it. For
example:

  python -m tf_dnnh.search calibrate --index=photos.index

"""


def define_flags() -> flags.FlagValues:
    """Defines the flags."""
    values = common.new_flags(
        index=common.INDEX,
        images="labelled pictures to search for, as for `build`; default: "
        "those in the index",
        model=common.MODEL,
    )
    text = "share of the pictures found that must be right"
    flags.DEFINE_float("target_precision", 0.9, text, 0, 1, values)
    text = "the most pictures to search for, drawn at random"
    flags.DEFINE_integer("queries", 1000, text, 1, flag_values=values)
    flags.DEFINE_integer("seed", 0, "seed of the draw", flag_values=values)
    return common.finish_flags(values)


def main(argv: Sequence[str]) -> int:
    """Runs the command and returns the exit status."""
    return commands.run(argv, define_flags(), SUMMARY, resolve, body)


def resolve(values: flags.FlagValues) -> flags.FlagValues:
    """Checks the flags."""
    common.require(values, "index")
    return values


def body(values: flags.FlagValues, stop: StopRequests) -> None:
    """Calibrates and prints what was found."""
    if values.images:
        commands.import_tensorflow()
    from tf_dnnh.search.calibrating import calibrate_index

    found = calibrate_index(
        common.path_of(values, "index"),
        values.target_precision,
        images=common.optional_path_of(values, "images"),
        model=common.optional_path_of(values, "model"),
        queries=values.queries,
        seed=values.seed,
    )
    if values.json:
        common.print_json(found)
        return
    print(
        f"Radius {found['radius']}: {found['precision']:.1%} of the pictures "
        f"within it are right ({found['confidence']:.0%} interval "
        f"{found['low']:.1%} to {found['high']:.1%}), and they are "
        f"{found['recall']:.1%} of those that are. {found['answered']:,} of "
        f"{found['queries']:,} pictures searched for have a match."
    )
