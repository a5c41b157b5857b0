"""`python -m tf_dnnh.search remove`."""

import dataclasses
from collections.abc import Sequence

from absl import flags

from tf_dnnh import commands
from tf_dnnh.search.commands import common
from tf_dnnh.search.search_error import SearchError
from tf_dnnh.stopping import StopRequests

SUMMARY = """\
Removes pictures from an index, by id or path. Their files stay; `build` adds
those in its folder of images again. For example:

  python -m tf_dnnh.search remove --index=photos.index 12 cats/0001.jpg

"""


def define_flags() -> flags.FlagValues:
    """Defines the flags."""
    return common.finish_flags(common.new_flags(index=common.INDEX))


def main(argv: Sequence[str]) -> int:
    """Runs the command and returns the exit status."""
    pictures: list[str] = []

    def resolve(values: flags.FlagValues) -> flags.FlagValues:
        common.require(values, "index")
        if not pictures:
            raise SearchError("Give ids or paths of pictures to remove")
        return values

    def body(values: flags.FlagValues, stop: StopRequests) -> None:
        remove(values, pictures)

    return commands.run(argv, define_flags(), SUMMARY, resolve, body, pictures)


def remove(values: flags.FlagValues, pictures: Sequence[str]) -> None:
    """Removes the pictures and prints what changed."""
    commands.import_tensorflow()
    from tf_dnnh.search.building import remove_from_index

    path = common.path_of(values, "index")
    report = remove_from_index(path, pictures)
    if values.json:
        common.print_json(dataclasses.asdict(report))
    else:
        print(report.sentence(path))
