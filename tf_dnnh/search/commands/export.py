"""`python -m tf_dnnh.search export codes`."""

from collections.abc import Sequence

from absl import flags

from tf_dnnh import commands
from tf_dnnh.search.commands import common
from tf_dnnh.search.search_error import SearchError
from tf_dnnh.stopping import StopRequests

SUMMARY = """\
Writes the codes of an index as a file for another search system. docs/search.md
has the statements that load it. For example:

  python -m tf_dnnh.search export codes --index=photos.index \\
    --system=postgresql --output=codes.csv

"""
_SYSTEMS = ("milvus", "opensearch", "postgresql")


def define_flags() -> flags.FlagValues:
    """Defines the flags."""
    values = common.searched_flags()
    text = f"what will load the file: {', '.join(_SYSTEMS)}"
    flags.DEFINE_enum("system", None, _SYSTEMS, text, values)
    flags.DEFINE_string("output", None, "the file to write", values)
    return common.finish_flags(values, with_json=False)


def main(argv: Sequence[str]) -> int:
    """Runs the command and returns the exit status."""
    what: list[str] = []

    def resolve(values: flags.FlagValues) -> flags.FlagValues:
        if what != ["codes"]:
            raise SearchError("Say what to export: `export codes`, see --help")
        common.require_searched(values)
        common.require(values, "system", "output")
        return values

    return commands.run(argv, define_flags(), SUMMARY, resolve, body, what)


def body(values: flags.FlagValues, stop: StopRequests) -> None:
    """Writes the file."""
    collection = common.open_searched(values)
    from tf_dnnh.search.code_files import write_codes

    path = common.path_of(values, "output")
    if path.is_dir() or not path.absolute().parent.is_dir():
        raise SearchError(
            f"`--output` must be a file in a folder that exists: {path}"
        )
    write_codes(
        path, values.system, collection.bits, collection.pictures.listed()
    )
    print(f"{len(collection):,} codes of {collection.bits} bits are in {path}")
