"""The layouts in which copies of NUS-WIDE circulate."""

import os
from pathlib import Path

from tf_dnnh.data.data_error import DataError

_TREE = """\
{folder}/
  ConceptsList/
    Concepts81.txt
  ImageList/
    Imagelist.txt            one image per line: actor\\0001_2124494179.jpg
    TrainImagelist.txt
    TestImagelist.txt
  Groundtruth/
    AllLabels/
      Labels_airport.txt     one 0 or 1 per line, in the order of Imagelist.txt
      ...
      Labels_zebra.txt
    TrainTestLabels/
      Labels_airport_Train.txt
      Labels_airport_Test.txt
      ...
  Flickr/
    actor/
      0001_2124494179.jpg    or all images in one folder, whatever its name
    ...
or, with the list files that hashing papers pass on:
{folder}/
  train.txt                  one image per line: path 0 1 0 ...
  test.txt
  database.txt
  concepts.txt               (optional) a name per column of the list files
  images/                    or any other folder
"""


def expected_tree(folder: Path | str) -> str:
    """Draws the tree of folders and files that the loader reads."""
    return _TREE.format(folder=str(folder).rstrip("/")).rstrip()


def find(folder: Path, *names: str) -> Path | None:
    """Finds a file or folder, given a name per level, ignoring case.

    Copies that passed through Windows do not agree on `ImageList`.
    """
    path = folder
    for name in names:
        if (path / name).exists():
            path = path / name
            continue
        if not path.is_dir():
            return None
        with os.scandir(path) as entries:
            same = [e.name for e in entries if e.name.lower() == name.lower()]
        if not same:
            return None
        path = path / min(same)
    return path


def read_lines(path: Path) -> list[str]:
    """Reads the stripped lines of a text file, without empty ones."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(
            f"Could not read {path} ({error}): it must be a text file in UTF-8."
        ) from error
    return [line for line in map(str.strip, text.split("\n")) if line]
