"""Lists folders: sorted, links followed once, hidden files skipped."""

import os
from collections.abc import Iterator
from pathlib import Path


def _hidden(name: str) -> bool:
    return name.startswith(".") or name in ("__MACOSX", "Thumbs.db")


def entries(folder: Path) -> list[Path]:
    """Returns the files and folders directly in a folder."""
    return sorted(p for p in folder.iterdir() if not _hidden(p.name))


def files_below(folder: Path, start: Path) -> Iterator[str]:
    """Yields all files at any depth below `start`, relative to `folder`."""
    visited = set()
    for where, subfolders, names in os.walk(start, followlinks=True):
        real = os.path.realpath(where)
        if real in visited:
            # A link that leads back up.
            subfolders.clear()
            continue
        visited.add(real)
        subfolders[:] = sorted(s for s in subfolders if not _hidden(s))
        above = Path(where).relative_to(folder).as_posix()
        prefix = "" if above == "." else f"{above}/"
        yield from (prefix + n for n in sorted(names) if not _hidden(n))
