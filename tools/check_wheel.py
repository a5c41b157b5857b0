"""Checks that a wheel holds all files of the three packages, and no others."""

import argparse
import pathlib
import sys
import zipfile

SHIPPED = ("export", "tf_dnnh", "trainers")
LEFT_OUT = {"BUILD", "__pycache__", "dummy_data"}


def expected_files(root: pathlib.Path) -> set[str]:
    """Returns the files of the tree that belong in the wheel."""
    files = {
        path.relative_to(root)
        for package in SHIPPED
        for path in (root / package).rglob("*")
        if path.is_file()
    }
    return {p.as_posix() for p in files if not LEFT_OUT & set(p.parts)}


def difference(root: pathlib.Path, wheel: pathlib.Path) -> list[str]:
    """Returns one sentence for each missing or extra file of a wheel."""
    with zipfile.ZipFile(wheel) as archive:
        inside = {
            name for name in archive.namelist() if ".dist-info/" not in name
        }
    expected = expected_files(root)
    missing = [f"{name} is missing" for name in sorted(expected - inside)]
    return missing + [f"{name} is extra" for name in sorted(inside - expected)]


def main() -> int:
    """Prints missing and extra files; returns the exit status."""
    parser = argparse.ArgumentParser(description="Checks a wheel's files.")
    parser.add_argument("wheel", type=pathlib.Path)
    root = pathlib.Path(__file__).resolve().parent.parent
    wrong = difference(root, parser.parse_args().wheel)
    for sentence in wrong:
        print(sentence, file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
