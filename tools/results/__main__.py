"""Writes docs/results.md: `python -m tools.results`."""

import pathlib
import sys

from tools.results.folders import ResultsError
from tools.results.page import write_page

DOCS = pathlib.Path(__file__).resolve().parents[2] / "docs"


def main() -> int:
    """Writes the page and says where it is."""
    try:
        write_page(DOCS)
    except ResultsError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    print(DOCS / "results.md")
    return 0


if __name__ == "__main__":
    sys.exit(main())
