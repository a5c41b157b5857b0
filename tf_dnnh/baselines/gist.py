"""GIST: the energy of every scale and orientation in every part of an image."""

import dataclasses

import numpy as np
import numpy.typing as npt

# Cycles per pixel of the finest filters, and the ratio to the next coarser.
_FINEST = 0.3
_RATIO = 1.85
# Standard deviation of a filter's spectrum, as a share of its frequency.
_BANDWIDTH = 0.378
# Added to the local contrast before dividing, as a share of the image's own.
_LEAST_CONTRAST = 0.2
# Standard deviation of the local window, as a share of the side.
_NEIGHBOURHOOD = 0.047
_GREY = np.array([0.299, 0.587, 0.114], np.float32)
_CHUNK = 128

_Scale = tuple[np.ndarray, list[tuple[np.ndarray, np.ndarray]]]


@dataclasses.dataclass(eq=False)
class Gist:
    """Energies of Gabor filters, averaged over the cells of a grid.

    Every image becomes grey, local mean and contrast are normalised, and the
    magnitudes of the responses to `scales * orientations` Gabor filters are
    averaged over `grid * grid` cells: 512 numbers by default. Nothing is
    learnt. Images continue beyond their edges by reflection.

    A Gabor filter with a round envelope is separable, so a response takes two
    matrix products, which is faster here than a Fourier transform; the mean of
    the filter is removed exactly.

    The values do not depend on the brightness or contrast of the whole image;
    mirroring or rotating it moves them to other cells and orientations.

    Args:
        image_size: side of the square images; `grid` must divide it.
        scales: number of filter frequencies, 0.3 cycles per pixel and down.
        orientations: number of filter directions within 180 degrees.
        grid: cells along each side.

    Example:
        >>> images = np.random.default_rng(0).integers(0, 256, [2, 32, 32, 3])
        >>> Gist().transform(images).shape
        (2, 512)

    Reference:
        Oliva and Torralba, "Modeling the shape of the scene: a holistic
        representation of the spatial envelope", IJCV 2001. The details are
        our own: values differ from those of other implementations.
    """

    image_size: int = 32
    _: dataclasses.KW_ONLY
    scales: int = 4
    orientations: int = 8
    grid: int = 4

    def __post_init__(self) -> None:
        size = self.image_size
        if size % self.grid:
            raise ValueError(
                "`grid` must divide `image_size`. "
                f"Received: grid={self.grid}, image_size={size}"
            )
        self.features = self.scales * self.orientations * self.grid**2
        self._blur = _filter_matrix(size, 0.0, _NEIGHBOURHOOD * size)
        self._bank = [
            self._filters(_FINEST / _RATIO**scale)
            for scale in range(self.scales)
        ]

    def transform(self, images: npt.ArrayLike) -> np.ndarray:
        """Computes the GIST of images.

        Args:
            images: [n, size, size, 3], or grey [n, size, size]; 0..255.

        Returns:
            float32 [n, scales * orientations * grid * grid], 0 or more;
            the scale varies slowest, then orientation, row and column.

        Raises:
            ValueError: for images of another size.
        """
        images = np.asarray(images)
        size = self.image_size
        if images.shape[1:] not in ((size, size, 3), (size, size)):
            raise ValueError(
                f"`images` must be [n, {size}, {size}, 3] or [n, {size}, "
                f"{size}]. Received: {list(images.shape)}"
            )
        values = np.empty([len(images), self.features], np.float32)
        for start in range(0, len(images), _CHUNK):
            rows = slice(start, start + _CHUNK)
            values[rows] = self._energies(self._prepared(images[rows]))
        return values

    def _filters(self, frequency: float) -> _Scale:
        """Returns the envelope of one frequency, and a filter per direction."""
        sigma = 1 / (2 * np.pi * _BANDWIDTH * frequency)
        turns = np.pi * np.arange(self.orientations) / self.orientations
        filters = [
            (
                _filter_matrix(self.image_size, frequency * np.sin(t), sigma),
                _filter_matrix(self.image_size, frequency * np.cos(t), sigma),
            )
            for t in turns.tolist()
        ]
        return _filter_matrix(self.image_size, 0.0, sigma), filters

    def _prepared(self, images: np.ndarray) -> np.ndarray:
        """Normalises mean and contrast; returns grey [size, n, size]."""
        images = images.astype(np.float32)
        grey = images @ _GREY if images.ndim == 4 else images
        grey = grey.transpose(1, 0, 2)
        detail = grey - _apply(self._blur, self._blur, grey).real
        local = np.maximum(_apply(self._blur, self._blur, detail**2).real, 0)
        overall = np.sqrt(local.mean(axis=(0, 2), keepdims=True))
        contrast = _LEAST_CONTRAST * overall + np.sqrt(local)
        # In an even image, only rounding noise is left of its brightness.
        level = np.abs(grey).max(axis=(0, 2), keepdims=True)
        even = overall <= 1e-4 * level
        return np.where(even, 0, detail / np.where(even, 1, contrast))

    def _energies(self, images: np.ndarray) -> np.ndarray:
        """Computes mean magnitudes [n, features] of images [size, n, size]."""
        size, count = images.shape[:2]
        cell = size // self.grid
        values = []
        for envelope, filters in self._bank:
            smooth = _apply(envelope, envelope, images)
            for rows, columns in filters:
                response = _apply(rows, columns, images)
                response -= rows[0].sum() * columns[0].sum() * smooth
                cells = np.abs(response).reshape(
                    self.grid, cell, count, self.grid, cell
                )
                values.append(cells.mean(axis=(1, 4)))
        # [filters, rows, n, columns] -> [n, features]
        return np.stack(values).transpose(2, 0, 1, 3).reshape(count, -1)


def _apply(
    rows: np.ndarray, columns: np.ndarray, images: np.ndarray
) -> np.ndarray:
    """Filters images [size, n, size] along rows, then along columns."""
    size = len(rows)
    first = rows @ images.reshape(size, -1).astype(np.complex64)
    return (first.reshape(-1, size) @ columns.T).reshape(images.shape)


def _filter_matrix(size: int, frequency: float, sigma: float) -> np.ndarray:
    """Returns a Gaussian times a complex wave, as a matrix that filters a line.

    The line of `size` pixels continues by reflection; the frequency is in
    cycles per pixel, sigma in pixels. The matrix is complex64 [size, size];
    its rows have the same sum.
    """
    reach = int(np.ceil(4 * sigma))
    offsets = np.arange(-reach, reach + 1)
    window = np.exp(-(offsets**2) / (2 * sigma**2))
    taps = window / window.sum() * np.exp(2j * np.pi * frequency * offsets)
    line = np.pad(np.arange(size), reach, mode="symmetric")
    matrix = np.zeros([size, size], np.complex128)
    for place in range(size):
        sources = line[place : place + len(taps)]
        np.add.at(matrix[place], sources, taps)
    return matrix.astype(np.complex64)
