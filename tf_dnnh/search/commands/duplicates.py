"""`python -m tf_dnnh.search duplicates`."""

from collections.abc import Sequence

from absl import flags

from tf_dnnh import commands
from tf_dnnh.search.commands import common
from tf_dnnh.search.search_error import SearchError
from tf_dnnh.stopping import StopRequests

SUMMARY = """\
Lists groups of pictures with equal or nearly equal codes, as duplicates.csv and
as a page, duplicates.html. For example:

  python -m tf_dnnh.search duplicates --index=photos.index --output=found

"""


def define_flags() -> flags.FlagValues:
    """Defines the flags."""
    values = common.searched_flags()
    flags.DEFINE_string("output", None, "folder of the two files", values)
    text = "distance of two pictures that belong together; 0: equal codes"
    flags.DEFINE_integer("radius", 0, text, 0, flag_values=values)
    return common.finish_flags(values)


def main(argv: Sequence[str]) -> int:
    """Runs the command and returns the exit status."""
    return commands.run(argv, define_flags(), SUMMARY, resolve, body)


def resolve(values: flags.FlagValues) -> flags.FlagValues:
    """Checks the flags."""
    common.require_searched(values)
    common.require(values, "output")
    if common.path_of(values, "output").is_file():
        raise SearchError("`--output` must be a folder, not a file")
    return values


def body(values: flags.FlagValues, stop: StopRequests) -> None:
    """Writes the files and says how much is in them."""
    collection = common.open_searched(values)
    from tf_dnnh.search.duplicates import PAGE, TABLE, write_duplicates

    output = common.path_of(values, "output")
    groups = write_duplicates(collection, values.radius, output)
    pictures = sum(map(len, groups))
    if values.json:
        found = {"groups": len(groups), "pictures": pictures}
        common.print_json(found | {"largest": [len(g) for g in groups[:10]]})
        return
    print(
        f"{pictures:,} of {len(collection):,} pictures are in {len(groups):,} "
        f"groups, listed in {output / TABLE} and shown in {output / PAGE}"
    )
