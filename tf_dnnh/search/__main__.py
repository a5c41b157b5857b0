"""Search commands: `python -m tf_dnnh.search --help`."""

import importlib
import sys
from collections.abc import Sequence

from tf_dnnh.commands import DONE, WRONG_COMMAND, complain
from tf_dnnh.errors import suggestion

# Command -> what it does. Its module is imported when it is called.
COMMANDS = {
    "build": "encode a folder of pictures and index them",
    "query": "find the pictures nearest to one of yours",
    "serve": "open a local web page to search with",
    "add": "add pictures to an index",
    "remove": "remove pictures from an index",
    "info": "describe an index",
    "calibrate": "choose the radius up to which pictures match",
    "duplicates": "list groups of pictures with nearly equal codes",
    "export": "write codes as files for Milvus, OpenSearch or PostgreSQL",
}
_HELP = """\
Searches pictures by their codes. For example:

  python -m tf_dnnh.search serve --workdir=runs/digits-48b-0
  python -m tf_dnnh.search build --model=runs/digits-48b-0 --images=photos \
--index=photos.index
  python -m tf_dnnh.search query --index=photos.index cat.jpg

Commands, each with a --help of its own:

"""


def main(argv: Sequence[str] = sys.argv) -> int:
    """Calls a command and returns the exit status."""
    name = argv[1] if len(argv) > 1 else ""
    if name in COMMANDS:
        module = importlib.import_module(f"tf_dnnh.search.commands.{name}")
        return module.main([f"{argv[0]} {name}", *argv[2:]])
    if name in ("-h", "--help"):
        lines = [f"  {name:<12}{text}" for name, text in COMMANDS.items()]
        print(_HELP + "\n".join(lines))
        return DONE
    hint = suggestion(name, COMMANDS)
    what = f"Unknown command {name!r}{hint}" if name else "No command given"
    return complain(
        f"{what}: give one of {', '.join(COMMANDS)}, or --help.",
        WRONG_COMMAND,
    )


if __name__ == "__main__":
    sys.exit(main())
