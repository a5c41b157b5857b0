"""A collection of small drawings in memory, with a model that needs no file."""

import io
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from tf_dnnh import codes
from tf_dnnh.search.collection import Collection
from tf_dnnh.search.index import HammingIndex
from tf_dnnh.search.picture import Encoded, Picture, labels_of
from tf_dnnh.search.picture_error import PictureError
from tf_dnnh.search.reranking import to_bytes

HOSTILE = "\"><script>document.title='owned'</script>"
# One bit a cell; no whole number of bytes, so that codes are padded.
GRID = (4, 5)
BITS = GRID[0] * GRID[1]
CLASSES = ("bird", "cat;pet", HOSTILE)


class ToyEncoder:
    """Takes a bit from the brightness of each cell of a picture."""

    fingerprint = "toy"

    def __init__(self) -> None:
        self.encoded = 0

    def encode(self, contents: Sequence[bytes]) -> Encoded:
        """Encodes pictures; see `Encoder`."""
        self.encoded += len(contents)
        rows = []
        for one in contents:
            try:
                with Image.open(io.BytesIO(one)) as image:
                    grey = image.convert("L")
            except OSError as error:
                raise PictureError("not a picture") from error
            cells = grey.resize(GRID, Image.Resampling.BOX)
            rows.append(np.asarray(cells, np.float32).ravel() / 255)
        relaxed = np.stack(rows)
        return Encoded(codes.pack(codes.bits_from_relaxed(relaxed)), relaxed)


class ToyPictures:
    """Drawings of three classes; ids start at 5."""

    def __init__(self, count: int) -> None:
        random = np.random.default_rng(0)
        prototypes = random.integers(0, 2, (len(CLASSES), *GRID[::-1]))
        self.files, self._pictures = {}, {}
        for id_ in range(5, 5 + count):
            label = CLASSES[id_ % len(CLASSES)]
            cells = prototypes[id_ % len(CLASSES)] ^ (
                random.random(prototypes[0].shape) < 0.1
            )
            # Unequal brightness makes relaxed codes finer than bits.
            self.files[id_] = drawing(cells + 0.2 * random.random(cells.shape))
            name = f"{id_}-{HOSTILE}.png" if id_ == 6 else f"drawings/{id_}.png"
            code = ToyEncoder().encode([self.files[id_]]).codes[0]
            self._pictures[id_] = Picture(
                id_, name, None, label, code, 100, 1e9
            )

    def __len__(self) -> int:
        return len(self._pictures)

    def pictures(self, ids: Sequence[int]) -> list[Picture]:
        """Returns the pictures with these ids, without those unknown."""
        return [self._pictures[id_] for id_ in ids if id_ in self._pictures]

    def listed(self) -> list[Picture]:
        """Returns all pictures."""
        return list(self._pictures.values())

    def read(self, picture: Picture) -> bytes:
        """Returns the contents of a picture's file."""
        return self.files[picture.id]

    def relaxed(self, ids: Sequence[int]) -> np.ndarray:
        """Returns relaxed codes, uint8 [n, bits]."""
        files = [self.files[id_] for id_ in ids]
        return to_bytes(ToyEncoder().encode(files).relaxed)

    def label_counts(self) -> dict[str, int]:
        """Counts the pictures of every label."""
        labels = [one for p in self.listed() for one in labels_of(p.label)]
        return {label: labels.count(label) for label in labels}

    def ids_labelled(self, label: str) -> np.ndarray:
        """Returns the ids of the pictures with a label, sorted."""
        ids = [p.id for p in self.listed() if label in labels_of(p.label)]
        return np.array(ids, np.int64)


def drawing(cells: np.ndarray, size: tuple[int, int] = (40, 40)) -> bytes:
    """Returns a PNG of cells, about 0 if dark and 1 if bright."""
    image = Image.fromarray((60 + 150 * cells).astype(np.uint8))
    file = io.BytesIO()
    image.resize(size, Image.Resampling.NEAREST).convert("RGB").save(
        file, "PNG"
    )
    return file.getvalue()


def toy_collection(
    count: int = 60, radius: int | None = None, name: str = "Drawings"
) -> Collection:
    """Returns a collection of drawings; `radius` is the calibrated one."""
    pictures = ToyPictures(count)
    index = HammingIndex(BITS, fingerprint=ToyEncoder.fingerprint)
    found = pictures.listed()
    index.add(
        np.stack([p.code for p in found]), np.array([p.id for p in found])
    )
    calibration = None if radius is None else {"radius": radius}
    settings = {"model": "toy", "images": None, "calibration": calibration}
    encoder = ToyEncoder()
    return Collection(name, pictures, index, lambda: encoder, settings)


def picture_files(folder: Path, collection: Collection) -> list[Path]:
    """Writes the pictures of a collection into a folder."""
    paths = []
    for id_ in collection.ids.tolist():
        paths.append(folder / f"{id_}.png")
        paths[-1].write_bytes(collection.read(id_)[0])
    return paths
