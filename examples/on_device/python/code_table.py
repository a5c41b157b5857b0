"""A searchable table of codes, and files of codes."""

import numpy as np
from hasher import UserError


class CodeTable:
    """Packed codes, searched by Hamming distance.

    Args:
        codes: uint8 [n, bytes].
    """

    def __init__(self, codes: np.ndarray):
        self._words = self._as_words(codes)

    @staticmethod
    def _as_words(codes: np.ndarray) -> np.ndarray:
        # Eight bytes are compared at once; padding with zeros is harmless.
        codes = np.pad(codes, ((0, 0), (0, -codes.shape[1] % 8)))
        return codes.view(np.uint64)

    def search(self, code: np.ndarray, neighbours: int):
        """Finds the nearest codes, equal distances in the order of the table.

        Args:
            code: uint8 [bytes].
            neighbours: how many to return.

        Returns:
            distances, uint16, and rows, int64, both [neighbours].
        """
        different = self._words ^ self._as_words(code[None])
        distances = np.bitwise_count(different).sum(axis=1, dtype=np.uint16)
        rows = np.argsort(distances, kind="stable")[:neighbours]
        return distances[rows], rows


def save_codes(path: str, ids: list[str], codes: np.ndarray, hasher) -> None:
    """Writes codes to an `.npz`, with the fingerprint of their model."""
    with open(path, "wb") as file:
        np.savez(
            file,
            ids=np.array(ids),
            codes=codes,
            bits=hasher.bits,
            fingerprint=hasher.fingerprint,
        )


def load_codes(paths: list[str], hasher) -> tuple[np.ndarray, np.ndarray]:
    """Joins code files after checking that this model made them all.

    Returns:
        ids [n] and codes uint8 [n, bytes].
    """
    ids, codes = [], []
    for path in paths:
        with np.load(path) as file:
            fingerprint = str(file["fingerprint"])
            ids.append(file["ids"])
            codes.append(file["codes"])
        # Codes of different models cannot be compared.
        if fingerprint != hasher.fingerprint:
            raise UserError(
                f"{path} holds codes of another model (fingerprint "
                f"{fingerprint[:12]}, this model {hasher.fingerprint[:12]}): "
                "hash its pictures again with this model."
            )
    return np.concatenate(ids), np.concatenate(codes)
