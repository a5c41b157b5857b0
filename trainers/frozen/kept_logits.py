"""Logits on disk while an evaluation computes them.

Encoding a large database takes hours on a small machine. What is computed is
written to a file of the run folder at once, so that an evaluation that was
killed goes on where it was. The files are deleted when the results stand.
"""

import hashlib
import pathlib
import shutil

import numpy as np

from tf_dnnh.data import FileSource, ImageDataset
from tf_dnnh.fingerprint import model_fingerprint
from tf_dnnh.models import HashingModel

_FOLDER = "encoding"


class KeptLogits:
    """The files of one evaluation.

    Args:
        workdir: the run folder.
        model: the network; another one gets files of its own.
        dataset: where the images come from.
    """

    def __init__(
        self, workdir: pathlib.Path, model: HashingModel, dataset: ImageDataset
    ) -> None:
        self._folder = workdir / _FOLDER
        self._bits = model.bits
        self._fingerprint = model_fingerprint(model)
        self._dataset = dataset

    def open(self, indices: np.ndarray) -> np.ndarray:
        """Maps the file of a list of images.

        Args:
            indices: int [n].

        Returns:
            float32 [n, bits], written through to the disk; rows that nobody
            has computed yet are NaN.
        """
        path = self._folder / f"{self._key(indices)}.npy"
        if path.exists():
            return np.lib.format.open_memmap(path, "r+")
        self._folder.mkdir(exist_ok=True)
        beside = path.with_suffix(".tmp")
        shape = (len(indices), self._bits)
        values = np.lib.format.open_memmap(beside, "w+", np.float32, shape)
        values[:] = np.nan
        values.flush()
        # Only a file that is NaN to its end has a name that counts.
        beside.rename(path)
        return values

    def remove(self) -> None:
        """Deletes the files."""
        shutil.rmtree(self._folder, ignore_errors=True)

    def _key(self, indices: np.ndarray) -> str:
        """Names all that the logits depend on."""
        digest = hashlib.sha256(self._fingerprint.encode())
        digest.update("\0".join(self._dataset.ids[indices].tolist()).encode())
        source = self._dataset.source
        if isinstance(source, FileSource):
            for index in indices.tolist():
                digest.update(f"{source.stamp(index)}\n".encode())
        return digest.hexdigest()[:32]
