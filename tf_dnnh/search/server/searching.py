"""Answers searches by picture, by code and by upload."""

import dataclasses
import time

import numpy as np

from tf_dnnh.codes import code_bytes, to_hex, unpack
from tf_dnnh.search.collection import Collection
from tf_dnnh.search.picture import Match, Picture, labels_of
from tf_dnnh.search.picture_error import PictureError
from tf_dnnh.search.reranking import to_bytes
from tf_dnnh.search.server import uploads
from tf_dnnh.search.server.addresses import Addresses
from tf_dnnh.search.server.answers import Answer, Query
from tf_dnnh.search.server.request_error import RequestError


@dataclasses.dataclass(frozen=True)
class Wishes:
    """What a search should return.

    Attributes:
        k: number of pictures.
        radius: largest distance; None for any.
        label: of the pictures; None for any.
        rerank: whether to order by relaxed codes.
    """

    k: int
    radius: int | None
    label: str | None
    rerank: bool


class Searching:
    """Searches a collection; its methods may run in several threads."""

    def __init__(self, collection: Collection, addresses: Addresses) -> None:
        self._collection = collection
        self._addresses = addresses

    def by_contents(self, contents: bytes, wishes: Wishes) -> Answer:
        """Searches for an uploaded picture."""
        begin = time.perf_counter()
        try:
            encoded = self._collection.encode([contents])
        except PictureError as error:
            raise uploads.unusable(error) from error
        relaxed = encoded.relaxed[0]
        answer = self._answer(begin, encoded.codes[0], wishes, relaxed=relaxed)
        answer.query.relaxed = to_bytes(relaxed).tobytes().hex()
        return answer

    def by_id(self, id_: int, wishes: Wishes) -> Answer:
        """Searches for a picture of the collection, and leaves it out."""
        begin = time.perf_counter()
        picture = self.picture(id_)
        relaxed = None
        if wishes.rerank:
            try:
                relaxed = self._collection.relaxed_of(id_)
            except PictureError as error:
                raise uploads.unusable(error) from error
        return self._answer(begin, picture.code, wishes, picture, relaxed)

    def by_code(self, code: str, relaxed: str | None, wishes: Wishes) -> Answer:
        """Searches for a packed code, and reranks by a relaxed one."""
        begin = time.perf_counter()
        if relaxed is None and wishes.rerank:
            raise RequestError(422, "To `rerank` a `code`, give its `relaxed`.")
        values = None if relaxed is None else self._parse_relaxed(relaxed)
        return self._answer(begin, self._parse(code), wishes, relaxed=values)

    def picture(self, id_: int) -> Picture:
        """Returns a picture of the collection."""
        try:
            return self._collection.picture(id_)
        except KeyError as error:
            raise RequestError(404, f"There is no picture {id_}.") from error

    def sample(self, count: int, seed: int) -> list[Picture]:
        """Returns pictures chosen at random."""
        ids = self._collection.ids
        chosen = np.random.default_rng(seed).choice(
            ids, min(count, len(ids)), replace=False
        )
        return [self.picture(int(id_)) for id_ in chosen]

    def _parse(self, text: str) -> np.ndarray:
        bits = self._collection.bits
        code = _from_hex(text)
        if len(code) != code_bytes(bits) or np.any(
            np.packbits(unpack(code, bits)) != code
        ):
            raise RequestError(
                422,
                f"`code` must be {2 * code_bytes(bits)} hexadecimal digits, "
                f"a packed code of {bits} bits.",
            )
        return code

    def _parse_relaxed(self, text: str) -> np.ndarray:
        bits = self._collection.bits
        values = _from_hex(text)
        if len(values) != bits:
            raise RequestError(
                422, f"`relaxed` must be {2 * bits} hexadecimal digits."
            )
        return values.astype(np.float32) / 255

    def _answer(
        self,
        begin: float,
        code: np.ndarray,
        wishes: Wishes,
        query: Picture | None = None,
        relaxed: np.ndarray | None = None,
    ) -> Answer:
        counts, matches = self._search(code, wishes, query, relaxed)
        shown = self._addresses
        return Answer(
            query=Query(
                code=to_hex(code[None])[0],
                relaxed=None,
                picture=None if query is None else shown.found(query),
            ),
            bits=self._collection.bits,
            no_match=self._no_match(matches, wishes),
            results=[shown.match(match) for match in matches],
            more_at_last_distance=0
            if wishes.rerank
            else _more(counts, matches),
            counts=counts.tolist(),
            milliseconds=round(1000 * (time.perf_counter() - begin), 2),
        )

    def _search(
        self,
        code: np.ndarray,
        wishes: Wishes,
        query: Picture | None,
        relaxed: np.ndarray | None,
    ) -> tuple[np.ndarray, list[Match]]:
        counts = self._collection.counts(code, label=wishes.label)
        matches = self._collection.nearest(
            code,
            wishes.k + (query is not None),
            radius=wishes.radius,
            label=wishes.label,
            relaxed=relaxed if wishes.rerank else None,
        )
        if query is not None:
            matches = [match for match in matches if match.id != query.id]
            if wishes.label in (None, *labels_of(query.label)):
                counts[0] -= 1
        return counts, matches[: wishes.k]

    def _no_match(self, matches: list[Match], wishes: Wishes) -> bool:
        radius = wishes.radius
        if radius is None:
            radius = self._collection.radius
        nearest = min((match.distance for match in matches), default=None)
        if radius is None:
            return nearest is None
        return nearest is None or nearest > radius


def _more(counts: np.ndarray, matches: list[Match]) -> int:
    """Counts the pictures that are as near as the last match, but not in it."""
    if not matches:
        return 0
    last = matches[-1].distance
    listed = sum(match.distance == last for match in matches)
    return int(counts[last]) - listed


def _from_hex(text: str) -> np.ndarray:
    """Returns the bytes of hexadecimal digits; none if they are something else.

    Their number is for the caller to check.
    """
    try:
        return np.frombuffer(bytes.fromhex(text), np.uint8)
    except ValueError:
        return np.empty(0, np.uint8)
