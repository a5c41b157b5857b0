"""A collection of pictures that one can search."""

import functools
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from tf_dnnh.codes import hamming_distance
from tf_dnnh.data.headers import MAX_PIXELS
from tf_dnnh.search import reranking
from tf_dnnh.search.code_files import ListedPicture
from tf_dnnh.search.encoder import Encoder
from tf_dnnh.search.index import HammingIndex
from tf_dnnh.search.picture import Encoded, Match, Picture
from tf_dnnh.search.picture_error import PictureError
from tf_dnnh.search.picture_header import check_header
from tf_dnnh.search.search_error import SearchError
from tf_dnnh.search.summary import summarize
from tf_dnnh.search.thumbnails import cached_thumbnail, draw_thumbnail

# Those of a run are kept in memory, some 2 kB each.
_THUMBNAILS = 20_000


class Pictures(Protocol):
    """Where a collection keeps its pictures: a run, or an index folder."""

    def __len__(self) -> int: ...

    def close(self) -> None:
        """Closes the files."""

    def pictures(self, ids: Sequence[int]) -> list[Picture]:
        """Returns the pictures with these ids, without those unknown."""

    def read(self, picture: Picture) -> bytes:
        """Returns the contents of a picture's file."""

    def relaxed(self, ids: Sequence[int]) -> np.ndarray | None:
        """Returns relaxed codes, uint8 [n, bits], or None if none are kept."""

    def label_counts(self) -> dict[str, int]:
        """Counts the pictures of every label."""

    def ids_labelled(self, label: str) -> np.ndarray:
        """Returns the ids of the pictures with a label, sorted."""

    def listed(self) -> Iterator[ListedPicture]:
        """Yields all pictures with their codes."""


class Collection:
    """Pictures, an index of their codes, and the model that made them.

    Open one with `Collection.open` or `Collection.of_run`.

    Attributes:
        name: what to call it, in titles.
        index: `HammingIndex` of the codes by the ids of the pictures.
        settings: facts about it: model, images, calibration.

    Example:
        >>> collection = Collection.open("index")  # doctest: +SKIP
        >>> contents = Path("cat.jpg").read_bytes()  # doctest: +SKIP
        >>> code = collection.encode([contents]).codes[0]  # doctest: +SKIP
        >>> collection.nearest(code, k=3)[0].name  # doctest: +SKIP
        'cats/0012.jpg'
    """

    def __init__(
        self,
        name: str,
        pictures: Pictures,
        index: HammingIndex,
        open_encoder: Callable[[], Encoder],
        settings: dict[str, Any],
        thumbnails: Path | None = None,
    ) -> None:
        self.name = name
        self.index = index
        self.settings = settings
        self.pictures = pictures
        self._open_encoder = open_encoder
        self._loading = threading.Lock()
        self._thumbnails = thumbnails
        self._memory: dict[int, bytes] = {}

    @classmethod
    def open(
        cls, path: str | Path, *, model: str | Path | None = None
    ) -> "Collection":
        """Opens the index folder that `python -m tf_dnnh.search build` wrote.

        Args:
            path: the folder.
            model: the model, if it is no longer where it was.

        Raises:
            SearchError: if there is no usable index.
        """
        from tf_dnnh.search.collection_folder import open_collection

        return open_collection(Path(path), Path(model) if model else None)

    @classmethod
    def of_run(cls, workdir: str | Path) -> "Collection":
        """Opens the pictures of a finished run: its database and its queries.

        Args:
            workdir: folder of the run; nothing is written there.

        Raises:
            RunError: if a file of the run is missing or damaged.
            DataError: if its data set is no longer where it was.
        """
        from tf_dnnh.search.model_files import open_encoder
        from tf_dnnh.search.run_pictures import RunPictures

        workdir = Path(workdir)
        pictures = RunPictures(workdir)
        index = HammingIndex(pictures.bits, fingerprint=pictures.fingerprint)
        index.add(pictures.codes, pictures.ids)
        return cls(
            workdir.resolve().name,
            pictures,
            index,
            functools.partial(open_encoder, workdir),
            {"model": str(workdir), "images": None, "calibration": None},
        )

    def close(self) -> None:
        """Closes the files; the collection cannot be used any more."""
        self.pictures.close()

    def __len__(self) -> int:
        return len(self.pictures)

    @property
    def bits(self) -> int:
        """Length of a code."""
        return self.index.bits

    @property
    def fingerprint(self) -> str:
        """Fingerprint of the model that made the codes."""
        return self.index.fingerprint

    @property
    def calibration(self) -> dict[str, Any] | None:
        """What `calibrate` found, or None before."""
        return self.settings["calibration"]

    @property
    def radius(self) -> int | None:
        """Distance up to which pictures match, or None if not calibrated."""
        return self.calibration["radius"] if self.calibration else None

    @property
    def ids(self) -> np.ndarray:
        """Ids of all pictures, int64 [n], sorted."""
        return self.index.ids

    @functools.cached_property
    def buckets(self) -> tuple[np.ndarray, np.ndarray]:
        """The distinct codes, uint8 [d, bytes], and how many pictures each."""
        return self.index.buckets()

    @functools.cached_property
    def labels(self) -> dict[str, int]:
        """The labels, sorted, and how many pictures have each."""
        return dict(sorted(self.pictures.label_counts().items()))

    @functools.cached_property
    def encoder(self) -> Encoder:
        """The model, loaded on first use."""
        encoder = self._open_encoder()
        if encoder.fingerprint != self.fingerprint:
            raise SearchError(
                f"The model {self.settings['model']} is not the one that made "
                "the codes of this index: give that one with --model, or "
                "build another index."
            )
        return encoder

    def encode(self, contents: Sequence[bytes]) -> Encoded:
        """Encodes pictures with the model of the collection.

        Args:
            contents: the bytes of n files.

        Returns:
            Their codes, packed and relaxed.

        Raises:
            PictureError: if one of them cannot be decoded.
        """
        with self._loading:
            encoder = self.encoder
        return encoder.encode(contents)

    def nearest(
        self,
        code: np.ndarray,
        k: int,
        *,
        radius: int | None = None,
        label: str | None = None,
        relaxed: np.ndarray | None = None,
    ) -> list[Match]:
        """Finds the pictures whose codes are nearest.

        Args:
            code: packed, uint8 [bytes].
            k: the most pictures to return.
            radius: largest distance of a picture returned. Default: any.
            label: return only pictures with this label.
            relaxed: relaxed code of the query, float [bits]; if given, a
                shortlist of the nearest is ordered by relaxed codes.

        Returns:
            Matches in the order of distance, then id; or, with `relaxed`, of
            the distance of relaxed codes.
        """
        among = None if label is None else self.pictures.ids_labelled(label)
        wanted = k if relaxed is None else reranking.shortlist_length(k)
        wanted = min(wanted, len(self.index) if among is None else len(among))
        if not wanted:
            return []
        distances, ids = self.index.search(code[None], wanted, among=among)
        limit = 8 * len(code) if radius is None else radius
        kept = (ids[0] >= 0) & (distances[0] <= limit)
        ids, distances = ids[0][kept], distances[0][kept]
        if relaxed is not None and len(ids):
            order = reranking.reranked(relaxed, self._relaxed(ids))[:k]
            ids, distances = ids[order], distances[order]
        by_id = dict(zip(ids.tolist(), distances.tolist(), strict=True))
        return [
            Match(p.id, p.name, p.path, p.label, by_id[p.id], p.code)
            for p in self.pictures.pictures(list(by_id))
        ]

    def counts(
        self, code: np.ndarray, *, label: str | None = None
    ) -> np.ndarray:
        """Counts the pictures at each distance from a code.

        Args:
            code: packed, uint8 [bytes].
            label: count only pictures with this label.

        Returns:
            int64 [bits + 1].
        """
        codes, weights = self.buckets
        if label is not None:
            codes = self.index.codes_of(self.pictures.ids_labelled(label))
            weights = np.ones(len(codes), np.int64)
        distances = hamming_distance(code[None], codes)
        counts = np.bincount(distances, weights, minlength=self.bits + 1)
        return counts.astype(np.int64)

    def picture(self, id_: int) -> Picture:
        """Returns a picture; raises KeyError if there is none with this id."""
        found = self.pictures.pictures([id_])
        if not found:
            raise KeyError(id_)
        return found[0]

    def read(self, id_: int) -> tuple[bytes, str]:
        """Reads a picture from where it lies.

        Returns:
            The bytes of its file, and their media type, such as `image/png`.

        Raises:
            KeyError: if there is no picture with this id.
            PictureError: if its file is gone or no longer a picture.
        """
        picture = self.picture(id_)
        try:
            contents = self.pictures.read(picture)
        except OSError as error:
            raise PictureError(
                f"{picture.name} cannot be read ({error.strerror})"
            ) from error
        # The file may have been replaced by a larger one, or by a web page.
        return contents, check_header(contents, MAX_PIXELS)

    def thumbnail(self, id_: int) -> bytes:
        """Returns a small JPEG of a picture, drawn once and then cached.

        Raises:
            KeyError, PictureError: see `read`.
        """
        if self._thumbnails is not None:
            picture = self.picture(id_)
            return cached_thumbnail(
                self._thumbnails, picture, lambda: self.read(id_)[0]
            )
        if id_ not in self._memory:
            if len(self._memory) >= _THUMBNAILS:
                self._memory.clear()
            self._memory[id_] = draw_thumbnail(self.read(id_)[0])
        return self._memory[id_]

    def summary(self) -> dict[str, Any]:
        """Returns counts, balance of bits and sizes of groups of equal codes.

        See `summarize` for the keys.
        """
        return summarize(self)

    def relaxed_of(self, id_: int) -> np.ndarray:
        """Returns the relaxed code of a picture, float32 [bits] in [0, 1].

        Raises:
            KeyError, PictureError: see `read`.
        """
        self.picture(id_)
        return self._relaxed(np.array([id_]))[0].astype(np.float32) / 255

    def _relaxed(self, ids: np.ndarray) -> np.ndarray:
        """Returns relaxed codes, uint8 [n, bits]; a run has to encode."""
        kept = self.pictures.relaxed(ids.tolist())
        if kept is not None:
            return kept
        contents = [self.read(id_)[0] for id_ in ids.tolist()]
        return reranking.to_bytes(self.encode(contents).relaxed)
