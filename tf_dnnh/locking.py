"""Keeps a second process out of a folder while the first one writes to it."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from tf_dnnh.errors import UserError

LOCK_FILE = ".lock"


class LockedError(UserError):
    """Another process writes to the folder."""


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Holds the lock of a folder while the body runs.

    The system releases the lock when the process ends, however it ends. On a
    folder that several machines share, it holds among them if the file system
    supports locks; NFS does.

    Args:
        folder: an existing folder; `.lock` in it is removed at the end.

    Raises:
        LockedError: if another process holds the lock.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     with locked(Path(folder)):
        ...         print([path.name for path in Path(folder).iterdir()])
        ['.lock']
    """
    path = folder / LOCK_FILE
    descriptor = _acquired(path)
    try:
        os.truncate(descriptor, 0)
        os.write(descriptor, f"{os.getpid()}\n".encode())
        yield
    finally:
        # Removed before it is released: a process that waits for this file
        # would lock one that is gone, and checks for that.
        path.unlink(missing_ok=True)
        os.close(descriptor)


def _acquired(path: Path) -> int:
    """Returns the descriptor of the lock file, once it is locked."""
    while True:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
        try:
            _lock(descriptor)
            if _is_file(descriptor, path):
                return descriptor
        except BlockingIOError:
            owner = os.read(descriptor, 20).decode(errors="replace").strip()
            os.close(descriptor)
            raise LockedError(
                f"{path.parent} is in use by another process"
                f"{f' ({owner})' if owner else ''}: wait until it has "
                "finished, or give another folder."
            ) from None
        except BaseException:
            os.close(descriptor)
            raise
        # Its last owner has just removed it.
        os.close(descriptor)


def _lock(descriptor: int) -> None:
    """Locks a file, or raises BlockingIOError at once."""
    # Not at the top: Windows has no such module.
    import fcntl

    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _is_file(descriptor: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(descriptor), os.stat(path))
    except FileNotFoundError:
        return False
