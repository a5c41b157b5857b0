"""Stored codes and the search among them."""

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
        # Zero bytes change no distance, and 8 bytes are counted at once.
        codes = np.pad(codes, ((0, 0), (0, -codes.shape[1] % 8)))
        return codes.view(np.uint64)

    def search(self, code: np.ndarray, neighbours: int):
        """The nearest codes, equal distances in the order of the table.

        Args:
            code: uint8 [bytes].
            neighbours: how many to return.

        Returns:
            distances and rows, both [neighbours].
        """
        different = self._words ^ self._as_words(code[None])
        distances = np.bitwise_count(different).sum(axis=1, dtype=np.uint16)
        rows = np.argsort(distances, kind="stable")[:neighbours]
        return distances[rows], rows


def save_codes(path: str, ids: list[str], codes: np.ndarray, hasher) -> None:
    """Writes an `.npz` that says which model made the codes."""
    with open(path, "wb") as file:
        np.savez(
            file,
            ids=np.array(ids),
            codes=codes,
            bits=hasher.bits,
            fingerprint=hasher.fingerprint,
        )


def load_codes(paths: list[str], hasher) -> tuple[np.ndarray, np.ndarray]:
    """Joins code files after checking that this very model made them all.

    Returns:
        ids [n] and codes uint8 [n, bytes].
    """
    ids, codes = [], []
    for path in paths:
        with np.load(path) as file:
            fingerprint = str(file["fingerprint"])
            ids.append(file["ids"])
            codes.append(file["codes"])
        # Codes of two models say nothing about each other.
        if fingerprint != hasher.fingerprint:
            raise UserError(
                f"{path} holds codes of another model (fingerprint "
                f"{fingerprint[:12]}, this model {hasher.fingerprint[:12]}): "
                "hash its pictures again with this model."
            )
    return np.concatenate(ids), np.concatenate(codes)
