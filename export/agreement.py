"""How well the codes of an exported file agree with Keras'."""

import dataclasses

import numpy as np

from tf_dnnh import codes


@dataclasses.dataclass(frozen=True)
class Limits:
    """Smallest share of equal bits that an artefact must reach.

    Attributes:
        saved_model: every signature of the SavedModel.
        float32: `tflite/float32.tflite`.
        float16: `tflite/float16.tflite`.
        dynamic_range: `tflite/dynamic_range.tflite`.
        int8: `tflite/int8.tflite`.
        onnx: `model.onnx`.
        rounding: a bit whose logit in Keras is nearer to zero than this may
            fall on either side: two correct programs that add the same
            float32 numbers in another order differ by as much. Such bits are
            counted and reported, but break no limit.
    """

    saved_model: float = 1.0
    float32: float = 1.0
    float16: float = 0.999
    dynamic_range: float = 0.995
    int8: float = 0.99
    onnx: float = 1.0
    rounding: float = 1e-4

    def of(self, name: str) -> float:
        """Returns the limit of an artefact, such as `int8`."""
        return getattr(self, name)


def compare(
    packed: np.ndarray, logits: np.ndarray, rounding: float
) -> dict[str, float | int]:
    """Compares codes with the logits that Keras computed.

    Args:
        packed: uint8 [n, bytes], the codes of an exported file.
        logits: float32 [n, bits], Keras' for the same images.
        rounding: as in `Limits`.

    Returns:
        `images`; `equal_bits`, the share of equal bits; `equal_codes`, the
        share of images whose code is the same in every bit; `flipped_bits`,
        how many bits differ; `largest_flipped_margin` and
        `median_flipped_margin`, of |logit| over them; `rounding_flips`, how
        many of them are nearer to zero than `rounding`; and
        `equal_bits_beyond_rounding`, the share that is held to the limit.
    """
    expected = codes.bits_from_logits(logits)
    differs = codes.unpack(packed, logits.shape[1]) != expected
    margins = np.abs(logits[differs])
    excused = int((margins < rounding).sum())
    return {
        "images": len(packed),
        "equal_bits": float(1 - differs.mean()),
        "equal_codes": float(1 - differs.any(axis=1).mean()),
        "flipped_bits": int(differs.sum()),
        "largest_flipped_margin": float(margins.max(initial=0.0)),
        "median_flipped_margin": (
            float(np.median(margins)) if margins.size else 0.0
        ),
        "rounding_flips": excused,
        "equal_bits_beyond_rounding": float(
            1 - (differs.sum() - excused) / differs.size
        ),
    }
