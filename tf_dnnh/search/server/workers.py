"""Threads for work that would hold up the event loop."""

import asyncio
import concurrent.futures
from collections.abc import Callable
from typing import Any, TypeVar

from tf_dnnh.search.server.request_error import RequestError

Result = TypeVar("Result")


class Workers:
    """Runs functions in a bounded number of threads.

    Args:
        name: of the threads.
        threads: functions that run at one time.
        waiting: functions that wait for a thread; None for any number.
    """

    def __init__(
        self, name: str, threads: int, waiting: int | None = None
    ) -> None:
        self._pool = concurrent.futures.ThreadPoolExecutor(threads, name)
        self._most = None if waiting is None else threads + waiting
        self._under_way = 0

    async def run(self, function: Callable[..., Result], *args: Any) -> Result:
        """Calls a function in a thread and waits for its result.

        A caller that stops waiting frees its place only when the function has
        ended: a running thread cannot be stopped.

        Raises:
            RequestError: 503 if too many wait already.
        """
        if self._most is not None and self._under_way >= self._most:
            raise RequestError(503, "The server is busy: try again later.")
        self._under_way += 1
        loop = asyncio.get_running_loop()
        future = self._pool.submit(function, *args)
        future.add_done_callback(
            lambda _: loop.call_soon_threadsafe(self._leave)
        )
        return await asyncio.wrap_future(future)

    def _leave(self) -> None:
        self._under_way -= 1
