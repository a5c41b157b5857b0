"""Stops a run on a signal without losing its progress."""

import contextlib
import signal
from collections.abc import Iterator
from typing import NoReturn

_SIGNALS = (signal.SIGTERM, signal.SIGINT)


class Stopped(BaseException):  # Keras would wrap an `Exception`.
    """A signal stopped the run; the message explains how to resume it."""

    def __init__(self, number: int, where: str) -> None:
        name = signal.Signals(number).name
        super().__init__(f"Stopped by {name} {where}.")
        self.status = 128 + number


class StopRequests:
    """Turns SIGTERM and SIGINT into `Stopped`.

    Inside `deferred()` a signal is only recorded, and the body calls `check`,
    which raises `Stopped`, once everything is saved; elsewhere it is raised
    at once.
    """

    def __init__(self) -> None:
        self._deferred = False
        self._number: int | None = None
        self._installed = False

    @contextlib.contextmanager
    def installed(self) -> Iterator[None]:
        """Handles the signals while the body runs."""
        before = [signal.getsignal(number) for number in _SIGNALS]
        self._installed = True
        self.reinstall()
        try:
            yield
        finally:
            self._installed = False
            for number, handler in zip(_SIGNALS, before, strict=True):
                signal.signal(number, handler)

    def reinstall(self) -> None:
        """Takes the signals back from a library, inside `installed()`.

        To be called after the cluster's strategy is made: TensorFlow's
        preemption notifier replaces the handler of SIGTERM then.
        """
        if self._installed:
            for number in _SIGNALS:
                signal.signal(number, self._handle)

    @contextlib.contextmanager
    def deferred(self) -> Iterator[None]:
        """Leaves it to the body when to stop."""
        self._deferred = True
        try:
            yield
        finally:
            self._deferred = False

    @property
    def requested(self) -> bool:
        """Whether a signal was received."""
        return self._number is not None

    def check(self, where: str) -> None:
        """Raises `Stopped` after a signal; `where` ends its message."""
        if self._number is not None:
            raise Stopped(self._number, where)

    def end(self, where: str) -> NoReturn:
        """Raises `Stopped`, by SIGTERM if only another process received it."""
        raise Stopped(self._number or signal.SIGTERM, where)

    def _handle(self, number: int, frame: object) -> None:
        self._number = number
        if not self._deferred:
            raise Stopped(number, "outside of training; nothing is lost")
