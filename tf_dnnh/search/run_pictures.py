"""The pictures of a finished run: its queries and its database."""

import io
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from tf_dnnh.runs.run_folder import RunFolder
from tf_dnnh.search.code_files import ListedPicture
from tf_dnnh.search.picture import SEPARATOR, Picture
from tf_dnnh.search.search_error import SearchError


class RunPictures:
    """Reads pictures, labels and codes of a run, without writing anything.

    Ids are positions in the data set.

    Args:
        workdir: folder of the run.

    Attributes:
        ids: int64 [n], sorted.
        codes: packed, uint8 [n, bytes], in the order of `ids`.
        bits: length of a code.
        fingerprint: of the model that made the codes.
    """

    def __init__(self, workdir: Path) -> None:
        from tf_dnnh.data import load_dataset

        folder = RunFolder(workdir)
        arrays, config = folder.read_codes(), folder.read_config()
        files = config["dataset"] in ("image_folder", "nuswide")
        # Pictures that do not decode have no code.
        options: dict[str, Any] = {"check": False} if files else {}
        self._dataset = load_dataset(
            config["dataset"],
            config["data_dir"],
            protocol=config["protocol"],
            **options,
        )
        self.bits = int(arrays["bits"])
        self.fingerprint = str(arrays["model_fingerprint"])
        names, packed = (
            np.concatenate([arrays[f"{part}_{what}"] for part in _PARTS])
            for what in ("ids", "codes")
        )
        positions = self._positions(names, workdir)
        # A picture may be in several parts.
        self.ids, first = np.unique(positions, return_index=True)
        self.codes = packed[first]

    def __len__(self) -> int:
        return len(self.ids)

    def close(self) -> None:
        """Does nothing: no file stays open."""

    def pictures(self, ids: Sequence[int]) -> list[Picture]:
        """Returns the pictures with these ids; those unknown are left out."""
        places = np.searchsorted(self.ids, ids).clip(max=len(self) - 1)
        return [
            self._picture(id_, self.codes[place])
            for id_, place in zip(ids, places.tolist(), strict=True)
            if self.ids[place] == id_
        ]

    def read(self, picture: Picture) -> bytes:
        """Returns a picture as the contents of a file."""
        if picture.path is not None:
            return picture.path.read_bytes()
        from PIL import Image

        from tf_dnnh.data import ArraySource

        source = self._dataset.source
        assert isinstance(source, ArraySource)
        file = io.BytesIO()
        pixels = source.images[picture.id]
        Image.fromarray(pixels).save(file, "PNG")
        return file.getvalue()

    def relaxed(self, ids: Sequence[int]) -> None:
        """Returns None: a run keeps no relaxed codes."""

    def label_counts(self) -> dict[str, int]:
        """Counts the pictures of every label."""
        labels = self._dataset.labels[self.ids]
        if self._dataset.multi_label:
            counts = labels.sum(axis=0, dtype=np.int64)
        else:
            counts = np.bincount(labels, minlength=self._dataset.num_classes)
        pairs = zip(self._dataset.class_names, counts.tolist(), strict=True)
        return {name: count for name, count in pairs if count}

    def ids_labelled(self, label: str) -> np.ndarray:
        """Returns the ids of the pictures with a label, int64 [n], sorted."""
        names = list(self._dataset.class_names)
        if label not in names:
            return self.ids[:0]
        labels, number = self._dataset.labels[self.ids], names.index(label)
        chosen = labels[:, number] if labels.ndim == 2 else labels == number
        return self.ids[chosen.astype(bool)]

    def listed(self) -> Iterator[ListedPicture]:
        """Yields id, name, label and code of every picture."""
        for id_, code in zip(self.ids.tolist(), self.codes, strict=True):
            picture = self._picture(id_, code)
            yield ListedPicture(
                id_, picture.name, picture.label, code.tobytes()
            )

    def _positions(self, names: Iterable[str], workdir: Path) -> np.ndarray:
        known = {name: i for i, name in enumerate(self._dataset.ids.tolist())}
        missing = [name for name in names if name not in known]
        if missing:
            raise SearchError(
                f"{len(missing)} pictures of {workdir} are not in the data "
                f"set {self._dataset.name}, first {missing[0]}: bring back "
                "the data that the run was made from."
            )
        return np.array([known[name] for name in names], np.int64)

    def _picture(self, id_: int, code: np.ndarray) -> Picture:
        dataset, path, size, mtime = self._dataset, None, None, None
        if hasattr(dataset.source, "path"):
            path = dataset.source.path(id_)
            if path.is_file():
                size, mtime = path.stat().st_size, path.stat().st_mtime
        if dataset.multi_label:
            classes = np.flatnonzero(dataset.labels[id_]).tolist()
            label = SEPARATOR.join(dataset.class_names[c] for c in classes)
        else:
            label = dataset.class_names[dataset.labels[id_]]
        name = str(dataset.ids[id_])
        return Picture(id_, name, path, label or None, code, size, mtime)


_PARTS = ("database", "query")
