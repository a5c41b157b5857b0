"""Writes docs/results.md: `python -m tools.results`."""

import pathlib
import sys

from tf_dnnh import commands

DOCS = pathlib.Path(__file__).resolve().parents[2] / "docs"


def main() -> int:
    """Writes the page and prints its path."""

    def body() -> None:
        commands.import_tensorflow()
        from tools.results.page import write_page

        write_page(DOCS)
        print(DOCS / "results.md")

    return commands.guarded(body, debug=False)


if __name__ == "__main__":
    sys.exit(main())
