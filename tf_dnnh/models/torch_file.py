"""Reads weight files of PyTorch before version 1.6, without torch.

Such a file is a sequence of pickles (magic number, version, system, the object
with references to its data, keys of the data), followed by the data. Pickles
can run arbitrary code; this reader unpickles only the four names that weights
need, and refuses a file that refers to any other.
"""

import collections
import pathlib
import pickle
import struct
from typing import Any, BinaryIO, NamedTuple

import numpy as np

_MAGIC = 0x1950A86A20F9469CFC6C
_VERSION = 1001
_DTYPES = {"FloatStorage": np.dtype("<f4"), "LongStorage": np.dtype("<i8")}


class _Storage(NamedTuple):
    """The data of one or several tensors."""

    dtype: np.dtype
    key: str
    length: int


class _Tensor(NamedTuple):
    """A strided view of a storage."""

    storage: _Storage
    offset: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]


def _rebuild(
    storage: _Storage, offset: int, shape: tuple, strides: tuple, *_: Any
) -> _Tensor:
    return _Tensor(storage, offset, tuple(shape), tuple(strides))


class _Unpickler(pickle.Unpickler):
    """Unpickles only the types that weights need."""

    def find_class(self, module: str, name: str) -> Any:
        """Returns the class or function for one of the four names."""
        if (module, name) == ("collections", "OrderedDict"):
            return collections.OrderedDict
        if (module, name) == ("torch._utils", "_rebuild_tensor_v2"):
            return _rebuild
        if module == "torch" and name in _DTYPES:
            return _DTYPES[name]
        raise pickle.UnpicklingError(
            f"a weight file must not refer to {module}.{name}"
        )

    def persistent_load(self, pid: Any) -> _Storage:
        """Returns the storage for a reference."""
        kind, dtype, key, _, count, *_ = pid
        if kind != "storage" or not isinstance(dtype, np.dtype):
            raise pickle.UnpicklingError(f"unknown reference {kind!r}")
        return _Storage(dtype, str(key), int(count))


def read_torch_file(path: pathlib.Path) -> dict[str, np.ndarray]:
    """Reads the tensors that `torch.save` wrote, as arrays by name.

    Raises ValueError unless all are 32-bit floats or 64-bit integers.
    """
    with pathlib.Path(path).open("rb") as file:
        try:
            return _read(file)
        except (
            pickle.UnpicklingError,
            struct.error,
            EOFError,
            AttributeError,
            LookupError,
            TypeError,
            ValueError,
        ) as error:
            raise ValueError(
                f"{path} has no PyTorch weights ({error})"
            ) from error


def _read(file: BinaryIO) -> dict[str, np.ndarray]:
    magic, version, system = (_Unpickler(file).load() for _ in range(3))
    if magic != _MAGIC or version != _VERSION:
        raise ValueError("not written by torch.save before PyTorch 1.6")
    if not system["little_endian"]:
        raise ValueError("numbers are big-endian")
    tensors = _Unpickler(file).load()
    keys = _Unpickler(file).load()
    storages = {t.storage.key: t.storage for t in tensors.values()}
    numbers = {key: _read_storage(file, storages[key]) for key in keys}
    return {
        name: _view(numbers[tensor.storage.key], tensor)
        for name, tensor in tensors.items()
    }


def _read_storage(file: BinaryIO, storage: _Storage) -> np.ndarray:
    (count,) = struct.unpack("<q", file.read(8))
    if count != storage.length:
        raise ValueError(f"storage of {count} numbers, not {storage.length}")
    data = file.read(count * storage.dtype.itemsize)
    return np.frombuffer(data, storage.dtype, count)


def _view(numbers: np.ndarray, tensor: _Tensor) -> np.ndarray:
    """Copies the view of a tensor after checking its bounds."""
    steps = zip(tensor.shape, tensor.strides, strict=True)
    last = tensor.offset + sum((n - 1) * step for n, step in steps)
    numbered = (tensor.offset, *tensor.shape, *tensor.strides)
    empty = 0 in tensor.shape
    if min(numbered) < 0 or (last >= len(numbers) and not empty):
        raise ValueError("a tensor reaches beyond its numbers")
    view = np.lib.stride_tricks.as_strided(
        numbers[tensor.offset :],
        tensor.shape,
        [step * numbers.itemsize for step in tensor.strides],
    )
    return view.copy()
