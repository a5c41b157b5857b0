"""Measures how well the codes of exported files agree with Keras'."""

import numpy as np

from export.export_error import ExportError
from tf_dnnh import codes


def compare(
    packed: np.ndarray, logits: np.ndarray, rounding: float
) -> dict[str, float | int]:
    """Compares uint8 [n, bytes] with the float32 [n, bits] logits of Keras.

    `equal_bits` and `equal_codes` are shares in 0..1. `rounding_flips` counts
    those `flipped_bits` whose margin, |logit|, is below `rounding`; they are
    excused in `equal_bits_beyond_rounding`, the share that has a limit.
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


def refuse_disagreement(summary: dict) -> None:
    """Raises `ExportError` if a file of `export.json` is below its limit."""
    failures = []
    for name, report in summary["artifacts"].items():
        limit = summary["limits"][name]
        checks = {name: report} | report.get("signatures", {})
        failures += [
            f"{check} keeps {100 * found['equal_bits_beyond_rounding']:.3f} % "
            f"of Keras' bits, less than {100 * limit:g} % (flipped logits up "
            f"to {found['largest_flipped_margin']:.2g}; the limit is "
            f"--{name}_agreement)"
            for check, found in checks.items()
            if found["equal_bits_beyond_rounding"] < limit
        ]
    if failures:
        raise ExportError(
            f"nothing was exported: {'; '.join(failures)}; lower the limit if "
            "that is acceptable, or leave the file out with --formats"
        )
