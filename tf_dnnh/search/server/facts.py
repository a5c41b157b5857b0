"""Facts about a collection, computed once."""

import asyncio
import secrets
from typing import Any

from tf_dnnh.search.collection import Collection


class Facts:
    """Facts about a collection.

    Attributes:
        version: differs each time a server starts, because then an id may
            mean another picture.
    """

    def __init__(self, collection: Collection) -> None:
        self.version = secrets.token_hex(4)
        self._collection = collection
        self._summary: dict[str, Any] | None = None
        self._lock = asyncio.Lock()

    async def summary(self) -> dict[str, Any]:
        """Returns `Collection.summary()`, computed at the first call."""
        async with self._lock:
            if self._summary is None:
                self._summary = await asyncio.to_thread(
                    self._collection.summary
                )
        return self._summary
