"""The base class of the hashing methods."""

import abc
import dataclasses
from typing import Any, ClassVar, Self

import numpy as np
import numpy.typing as npt

from tf_dnnh import codes

# Rows that are encoded at a time, which bounds the size of kernels.
_CHUNK = 4096


@dataclasses.dataclass(eq=False)
class HashingMethod(abc.ABC):
    """Learns to turn feature vectors into codes.

    `fit` learns, `encode` returns packed codes; a bit is 1 where its value in
    `logits` is >= 0, as everywhere in this package. The logits of most methods
    are `(x - mean) @ weights`. Every method takes these arguments, followed by
    its own:

    Args:
        bits: length of a code, at least 1.
        seed: seed of all random draws.

    Attributes:
        needs_labels: whether `fit` requires labels.
        features: length of the vectors in `fit`; None before it.
        mean: float64 [features], subtracted before projecting.
        weights: float64 [features, bits].

    Example:
        >>> from tf_dnnh.baselines import PCAHashing
        >>> x = np.array([[2.0, 0.0], [1.0, 0.1], [-2.0, 0.0], [-1.0, -0.1]])
        >>> PCAHashing(bits=1).fit(x).encode(x).tolist()
        [[128], [128], [0], [0]]
    """

    needs_labels: ClassVar[bool] = False

    bits: int
    seed: int = 0
    features: int | None = dataclasses.field(default=None, init=False)
    mean: np.ndarray = dataclasses.field(init=False, repr=False)
    weights: np.ndarray = dataclasses.field(init=False, repr=False)

    def __post_init__(self) -> None:
        codes.code_bytes(self.bits)  # Refuses fewer than one bit.

    def fit(
        self, x: npt.ArrayLike, labels: npt.ArrayLike | None = None
    ) -> Self:
        """Learns from feature vectors.

        Args:
            x: float [n, features], at least two rows.
            labels: class numbers [n] or 0/1 [n, classes], for the methods
                that learn from labels; the others ignore them.

        Returns:
            Itself, fitted.

        Raises:
            ValueError: if shapes or `bits` do not fit, a value is not
                finite, or labels are missing.
        """
        x = _matrix(x)
        if len(x) < 2:
            raise ValueError(
                f"`x` must have at least two rows. Received: {len(x)}"
            )
        if labels is None and self.needs_labels:
            raise ValueError(
                f"{type(self).__name__} learns from `labels`: give class "
                "numbers [n] or 0/1 [n, classes]. Received: None"
            )
        if labels is not None:
            labels = np.asarray(labels)
            if labels.ndim not in (1, 2) or len(labels) != len(x):
                raise ValueError(
                    "`labels` must be [n] or [n, classes], n as in `x`. "
                    f"Received: {list(labels.shape)}, {len(x)} rows of `x`"
                )
        self._fit(x, labels)
        self.features = x.shape[1]
        return self

    def logits(self, x: npt.ArrayLike) -> np.ndarray:
        """Computes the values whose signs are the bits.

        Args:
            x: float [n, features].

        Returns:
            float64 [n, bits].

        Raises:
            ValueError: before `fit`, or for another number of features.
        """
        x = np.asarray(x)
        if self.features is None:
            raise ValueError(f"{type(self).__name__} must be fitted first")
        if x.ndim != 2 or x.shape[1] != self.features:
            raise ValueError(
                f"`x` must be [n, {self.features}], as it was in `fit`. "
                f"Received: {list(x.shape)}"
            )
        values = np.empty([len(x), self.bits])
        for start in range(0, len(x), _CHUNK):
            rows = slice(start, start + _CHUNK)
            values[rows] = self._logits(_matrix(x[rows]))
        return values

    def encode(self, x: npt.ArrayLike) -> np.ndarray:
        """Computes packed codes, uint8 [n, ceil(bits / 8)]; see `logits`."""
        return codes.pack(codes.bits_from_logits(self.logits(x)))

    @abc.abstractmethod
    def _fit(self, x: np.ndarray, labels: Any) -> None:
        """Learns from float64 [n, features] and the checked labels, or None."""

    def _logits(self, x: np.ndarray) -> np.ndarray:
        """Returns [n, bits] for float64 [n, features]."""
        return (x - self.mean) @ self.weights


def _matrix(x: npt.ArrayLike) -> np.ndarray:
    x = np.asarray(x, np.float64)
    if x.ndim != 2:
        raise ValueError(
            f"`x` must be [n, features]. Received: {list(x.shape)}"
        )
    if not np.isfinite(x).all():
        raise ValueError("`x` must hold finite numbers only")
    return x
