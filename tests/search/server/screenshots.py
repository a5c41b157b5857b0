"""Takes the screenshots of the search page for the documentation.

    python -m tests.search.server.screenshots --workdir=RUN --id=ID

serves the pictures of a run, searches for one of them, and writes
`docs/images/search-desktop.png` and `search-phone.png`. Those in the
documentation show the picture 57003 of a run of the CIFAR-10 preset, seed 0.
Needs Chromium.
"""

import argparse
import pathlib

from playwright.sync_api import Browser

from tests.search.server import browser
from tests.search.server.running import running
from tf_dnnh.search.collection import Collection

FOLDER = pathlib.Path(__file__).parents[3] / "docs" / "images"
SHOTS = {"desktop": (1280, "light"), "phone": (390, "dark")}


def take(opened: Browser, address: str, width: int, scheme: str) -> bytes:
    """Returns a PNG of a page."""
    page = browser.open_page(opened, width, color_scheme=scheme)
    page.goto(address)
    page.wait_for_load_state("networkidle")
    picture = page.screenshot()
    page.context.close()
    return picture


def main() -> None:
    """Writes the files."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--workdir", required=True)
    parser.add_argument("--id", type=int, required=True)
    parser.add_argument("--output", type=pathlib.Path, default=FOLDER)
    flags = parser.parse_args()
    collection = Collection.of_run(flags.workdir)
    with running(collection) as address, browser.chromium() as opened:
        for name, look in SHOTS.items():
            shot = take(opened, f"{address}/#id={flags.id}", *look)
            path = flags.output / f"search-{name}.png"
            path.write_bytes(shot)
            print(f"{path}: {len(shot):,} bytes")


if __name__ == "__main__":
    main()
