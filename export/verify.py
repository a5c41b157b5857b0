"""Runs exported files on query images of the run."""

import time
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
import tensorflow as tf
from tqdm import tqdm

from export.agreement import compare
from export.export_error import ExportError
from export.finished_run import FinishedRun, spread
from tf_dnnh import codes

BATCH = 64

# From float32 [batch, height, width, 3], 0..255, to `code`, uint8
# [batch, bytes], and `logits` or `relaxed`, float32 [batch, bits].
Encode = Callable[[np.ndarray], dict[str, np.ndarray]]


class Verifier:
    """Compares exported files with Keras on at most `images` queries of a run.

    A bit whose |logit| is below `rounding` may fall on either side.
    """

    def __init__(self, run: FinishedRun, images: int, rounding: float):
        self.run = run
        self.rounding = rounding
        self.queries = spread(len(run.split.queries), images)
        self.indices = run.split.queries[self.queries]
        self.logits = self._keras(np.asarray)
        packed = codes.pack(codes.bits_from_logits(self.logits))
        one = self._first()
        predict = run.model.predict
        self.keras = {
            "map": run.map_of(packed, self.queries),
            "latency_ms": latency_ms(lambda: predict(one, verbose=0)),
        }

    def _batches(self, task: str) -> Iterable[np.ndarray]:
        """Yields the queries' images, and shows progress on a terminal."""
        batches = self.run.batches(self.indices, BATCH)
        total = -(-len(self.indices) // BATCH)
        return tqdm(
            batches, task, total, leave=False, disable=None, unit="batch"
        )

    def _first(self) -> np.ndarray:
        """Returns the first image, as a batch."""
        return next(self.run.batches(self.indices[:1]))

    def _keras(self, change: Callable) -> np.ndarray:
        """Computes Keras' logits of the queries, their pixels changed."""
        logits = tf.function(self.run.model.logits, reduce_retracing=True)
        batches = self._batches("Keras")
        return np.concatenate([logits(change(b)) for b in batches])

    def check(self, encode: Encode) -> dict:
        """Compares a file that takes float32 pixels.

        Returns the figures of `agreement.compare`, `map`, `map_difference`
        (minus Keras') and `latency_ms`, the median for one image.
        """
        packed = _joined([encode(b) for b in self._batches("pixels")])
        score = self.run.map_of(packed, self.queries)
        one = self._first()
        return {
            **compare(packed, self.logits, self.rounding),
            "map": score,
            "map_difference": score - self.keras["map"],
            "latency_ms": latency_ms(lambda: encode(one)),
        }

    def check_saved_model(self, directory: Path) -> dict:
        """Compares every signature of a SavedModel.

        Returns the figures of `check` for `serving_default`, and in
        `signatures` those of `agreement.compare` for each of the others.
        """
        signatures = tf.saved_model.load(str(directory)).signatures

        def signature(name: str, **inputs: np.ndarray) -> dict:
            tensors = {k: tf.constant(v) for k, v in inputs.items()}
            outputs = signatures[name](**tensors)
            return {k: v.numpy() for k, v in outputs.items()}

        report = self.check(lambda b: signature("serving_default", image=b))
        of_pixels = [
            signature("serving_uint8", image=_to_uint8(batch))
            for batch in self._batches("uint8 pixels")
        ]
        parts = np.split(self.indices, range(BATCH, len(self.indices), BATCH))
        of_files = []
        for part in tqdm(parts, "files", leave=False, disable=None):
            files = np.array([self.run.encoded(i) for i in part], object)
            of_files.append(signature("serving_bytes", image_bytes=files))
        expected, rounding = self._keras(_to_uint8), self.rounding
        report["signatures"] = {
            "serving_uint8": compare(_joined(of_pixels), expected, rounding),
            "serving_bytes": compare(_joined(of_files), self.logits, rounding),
        }
        return report


def _to_uint8(images: np.ndarray) -> np.ndarray:
    return np.rint(images).astype(np.uint8)


def _joined(batches: list[dict[str, np.ndarray]]) -> np.ndarray:
    """Joins the codes of all batches; raises if an output is not finite."""
    for outputs in batches:
        for name, value in outputs.items():
            if value.dtype == np.float32 and not np.isfinite(value).all():
                raise ExportError(
                    f"the exported model returns `{name}` that are not finite: "
                    "train the model again with a lower learning rate"
                )
    return np.concatenate([outputs["code"] for outputs in batches])


def latency_ms(call: Callable[[], object], repeats: int = 30) -> float:
    """Measures the median time of a call in milliseconds, after a warm-up.

    Times `repeats` calls, or fewer if they take over a second.
    """
    call()
    times: list[float] = []
    while len(times) < repeats and sum(times) < 1:
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    return round(1000 * float(np.median(times)), 3)
