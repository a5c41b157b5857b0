"""`python -m tf_dnnh.search add`."""

import dataclasses
import sys
from collections.abc import Sequence
from pathlib import Path

from absl import flags

from tf_dnnh import commands
from tf_dnnh.search.commands import common
from tf_dnnh.search.search_error import SearchError
from tf_dnnh.stopping import StopRequests

SUMMARY = """\
Adds pictures, or all pictures in folders, to an index. They stay in it when
`build` is called again, as long as their files exist. For example:

  python -m tf_dnnh.search add --index=photos.index cat.jpg --label=cats

"""


def define_flags() -> flags.FlagValues:
    """Defines the flags."""
    return common.finish_flags(
        common.new_flags(
            index=common.INDEX,
            label="their label; several are joined by semicolons",
            model=common.MODEL,
        )
    )


def main(argv: Sequence[str]) -> int:
    """Runs the command and returns the exit status."""
    images: list[str] = []

    def resolve(values: flags.FlagValues) -> flags.FlagValues:
        common.require(values, "index")
        if not images:
            raise SearchError("Give paths of pictures to add")
        return values

    def body(values: flags.FlagValues, stop: StopRequests) -> None:
        add(values, images, stop)

    return commands.run(argv, define_flags(), SUMMARY, resolve, body, images)


def add(
    values: flags.FlagValues, images: Sequence[str], stop: StopRequests
) -> None:
    """Adds the pictures and prints what changed."""
    commands.import_tensorflow()
    from tf_dnnh.search.building import add_pictures
    from tf_dnnh.search.picture import text_of

    path = common.path_of(values, "index")
    report, problems = add_pictures(
        path,
        [Path(image) for image in images],
        values.label or None,
        common.optional_path_of(values, "model"),
        stop,
    )
    if values.json:
        common.print_json(dataclasses.asdict(report))
    else:
        print(report.sentence(path))
    for name, reason in problems:
        print(f"unreadable: {text_of(name)} ({reason})", file=sys.stderr)
