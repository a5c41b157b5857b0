"""Thresholding and packing of codes, and Hamming distances.

The threshold and the order of the bits are defined here and nowhere else. A bit
is 1 where its logit is >= 0, or equivalently its relaxed value >= 0.5. Packed
codes are uint8, eight bits per byte, the most significant bit first, padded
with zero bits to whole bytes, as `numpy.packbits` writes them.

`bits_from_logits`, `bits_from_relaxed` and `pack_logits` also run on tensors,
inside graphs, and convert to built-in TFLite operations. Only these import
Keras, when they meet a tensor: packed codes need NumPy alone.
"""

from typing import Any

import numpy as np


def code_bytes(bits: int) -> int:
    """Returns the number of bytes of one packed code, `ceil(bits / 8)`.

    Example:
        >>> code_bytes(48), code_bytes(12)
        (6, 2)
    """
    if bits < 1:
        raise ValueError(f"`bits` must be at least 1. Received: bits={bits}")
    return -(-bits // 8)


def pack(bits: Any) -> np.ndarray:
    """Packs bits into bytes.

    Args:
        bits: array [..., b] of zeros and ones, of any numeric or boolean type.

    Returns:
        uint8 array [..., ceil(b / 8)].

    Raises:
        ValueError: if `bits` contains values other than 0 and 1.

    Example:
        >>> pack([[1, 0, 0, 0, 0, 0, 0, 1, 1]]).tolist()
        [[129, 128]]
    """
    bits = np.asarray(bits)
    ones = bits == 1
    if not np.all(ones | (bits == 0)):
        wrong = bits[~(ones | (bits == 0))].flat[0]
        raise ValueError(
            "`bits` must contain only 0 and 1; threshold relaxed codes with "
            f"`bits_from_relaxed` first. Received: {wrong}"
        )
    return np.packbits(ones, axis=-1)


def unpack(packed: np.ndarray, bits: int) -> np.ndarray:
    """Unpacks bytes into bits, the inverse of `pack`.

    Args:
        packed: uint8 array [..., ceil(bits / 8)].
        bits: number of bits per code.

    Returns:
        uint8 array [..., bits] of zeros and ones.

    Raises:
        ValueError: if the codes do not have `ceil(bits / 8)` bytes.

    Example:
        >>> unpack(np.array([[129, 128]], np.uint8), 9).tolist()
        [[1, 0, 0, 0, 0, 0, 0, 1, 1]]
    """
    packed = np.asarray(packed)
    if packed.dtype != np.uint8 or packed.shape[-1:] != (code_bytes(bits),):
        raise ValueError(
            f"`packed` must be uint8 [..., {code_bytes(bits)}] for bits={bits}."
            f" Received: {packed.dtype} {list(packed.shape)}"
        )
    return np.unpackbits(packed, axis=-1, count=bits)


def hamming_distance(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Counts the bits in which packed codes differ.

    Args:
        a: uint8 array [..., bytes].
        b: uint8 array [..., bytes]; the leading dimensions broadcast with
            those of `a`, so that `hamming_distance(a[:, None], b[None])` is
            the table of all distances.

    Returns:
        int32 array with the broadcast leading dimensions, from 0 to
        8 * bytes.

    Raises:
        ValueError: if the codes are not uint8 or differ in length.

    Example:
        >>> a = np.array([[0b10100000], [0b00000001]], np.uint8)
        >>> b = np.array([[0b11100000]], np.uint8)
        >>> hamming_distance(a[:, None], b[None]).tolist()
        [[1], [4]]
    """
    a, b = np.asarray(a), np.asarray(b)
    if {a.dtype, b.dtype} != {np.dtype(np.uint8)} or a.shape[-1] != b.shape[-1]:
        raise ValueError(
            "`a` and `b` must be packed uint8 codes of the same length. "
            f"Received: a {a.dtype} {list(a.shape)}, "
            f"b {b.dtype} {list(b.shape)}"
        )
    return np.bitwise_count(a ^ b).sum(axis=-1, dtype=np.int32)


def to_hex(packed: np.ndarray) -> list[str]:
    """Formats packed codes, uint8 [n, bytes], as n hexadecimal strings.

    Example:
        >>> to_hex(np.array([[129, 10]], np.uint8))
        ['810a']
    """
    return [bytes(code).hex() for code in np.asarray(packed, np.uint8)]


def bits_from_logits(logits: Any) -> Any:
    """Thresholds logits: a bit is 1 where its logit is >= 0.

    Args:
        logits: float array or tensor of any shape.

    Returns:
        Zeros and ones of the same shape: a uint8 array for an array, an int32
        tensor for a tensor (int32 stays exact in quantised TFLite graphs).

    Example:
        >>> bits_from_logits(np.array([-0.1, 0.0, 2.0])).tolist()
        [0, 1, 1]
    """
    if isinstance(logits, np.ndarray | np.generic | list | tuple | float):
        return (np.asarray(logits) >= 0).astype(np.uint8)
    from keras import ops

    return ops.cast(logits >= 0, "int32")


def bits_from_relaxed(relaxed: Any) -> Any:
    """Thresholds relaxed codes: a bit is 1 where its value is >= 0.5.

    Takes and returns the same types and shapes as `bits_from_logits`.

    Example:
        >>> bits_from_relaxed(np.array([0.2, 0.5, 1.0])).tolist()
        [0, 1, 1]
    """
    if isinstance(relaxed, (list, tuple)):
        relaxed = np.asarray(relaxed)
    return bits_from_logits(relaxed - 0.5)


def pack_logits(logits: Any) -> Any:
    """Thresholds and packs logits inside a graph.

    The bytes are summed in int32: in a quantised TFLite graph, a sum of floats
    would lose the low bits, and bit shifts are not built-in operations.

    Args:
        logits: float tensor [batch, bits].

    Returns:
        uint8 tensor [batch, ceil(bits / 8)], equal to
        `pack(bits_from_logits(logits))`.

    Example:
        >>> pack_logits(np.array([[1.0, -1, -1, -1, -1, -1, -1, 1, 0]])).numpy()
        array([[129, 128]], dtype=uint8)
    """
    from keras import ops

    logits = ops.convert_to_tensor(logits)
    bits = logits.shape[-1]
    padded = 8 * code_bytes(bits)
    ones = ops.pad(bits_from_logits(logits), [[0, 0], [0, padded - bits]])
    eights = ops.reshape(ones, (-1, padded // 8, 8))
    weights = np.array([128, 64, 32, 16, 8, 4, 2, 1], np.int32)
    return ops.cast(ops.sum(eights * weights, axis=-1), "uint8")
