"""Publishes an export so that a kill at any moment leaves no mixture.

Files are written to a folder beside their places, `.writing-*`. One rename to
`.publishing` decides that they are published; then each is renamed to its
place. `export.json`, the list of the files with their SHA-256, is removed first
and put back last: while it is absent, the files may come from two exports. The
next export into the folder first completes what a killed one has decided.
"""

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from export.saved_model import next_version
from export.serving.kit import write_serving_kit
from tf_dnnh import files
from tf_dnnh.locking import locked

MANIFEST = "export.json"
_DECIDED = ".publishing"


@contextlib.contextmanager
def writable(output: Path) -> Iterator[Path]:
    """Locks an export folder and yields a folder to write the new files to.

    Completes or removes what killed exports have left.

    Args:
        output: export folder; created if absent.

    Raises:
        LockedError: if another process exports into the folder.
    """
    output.mkdir(parents=True, exist_ok=True)
    with locked(output):
        files.sweep(output)
        _complete(output)
        # Beside its destination, so that renaming is enough to publish it.
        scratch = Path(tempfile.mkdtemp(prefix=files.WRITING, dir=output))
        try:
            yield scratch
        finally:
            shutil.rmtree(scratch, ignore_errors=True)


def publish(scratch: Path, summary: dict[str, Any]) -> None:
    """Moves finished files to their places and writes `export.json`.

    Args:
        scratch: the folder that `writable` gave.
        summary: the content of `export.json`; its `artifacts` name the files
            by `path`, from `scratch`. The path of the SavedModel becomes that
            of its new version.
    """
    output = scratch.parent
    saved_model = summary["artifacts"].get("saved_model")
    if saved_model is not None:
        _number(scratch, output, saved_model)
        write_serving_kit(
            scratch, image_size=summary["image_size"], bits=summary["bits"]
        )
    files.write_json(scratch / MANIFEST, summary)
    os.rename(scratch, output / _DECIDED)
    _complete(output)


def _number(scratch: Path, output: Path, report: dict[str, Any]) -> None:
    """Moves the SavedModel to the folder of its version, still in `scratch`."""
    version = next_version(output / "saved_model")
    place = scratch / version.relative_to(output)
    beside = scratch / "unnumbered"
    os.rename(scratch / report["path"], beside)
    place.parent.mkdir()
    os.rename(beside, place)
    report["path"] = version.relative_to(output).as_posix()


def _complete(output: Path) -> None:
    """Moves decided files to their places; again after a kill, the rest."""
    decided = output / _DECIDED
    if not decided.is_dir():
        return
    if (decided / MANIFEST).exists():
        (output / MANIFEST).unlink(missing_ok=True)
        for path in sorted(decided.glob("*/*")):
            place = output / path.relative_to(decided)
            place.parent.mkdir(exist_ok=True)
            os.replace(path, place)
        os.replace(decided / MANIFEST, output / MANIFEST)
    shutil.rmtree(decided)
