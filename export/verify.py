"""Runs what was exported on the run's query images."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import tensorflow as tf

from export.agreement import compare
from export.export_error import ExportError
from export.limits import Limits
from export.run_folder import RunFolder
from tf_dnnh import codes

Encode = Callable[[np.ndarray], dict[str, np.ndarray]]


class Verifier:
    """Compares exported files with Keras, on the first queries of a run.

    Args:
        run: the run that was exported.
        images: how many queries are looked at, at most.
        limits: what an artefact must reach.
    """

    def __init__(self, run: RunFolder, images: int, limits: Limits):
        self.run = run
        self.limits = limits
        self.indices = run.split.queries[:images]
        self.logits = self._keras(np.asarray)
        packed = codes.pack(codes.bits_from_logits(self.logits))
        self._check_codes_file(packed)
        one = next(self._batches())[:1]
        predict = run.model.predict
        self.keras = {
            "map": run.map_of(packed),
            "latency_ms": latency_ms(lambda: predict(one, verbose=0)),
        }

    def _batches(self) -> Iterator[np.ndarray]:
        return self.run.batches(self.indices)

    def _keras(self, change: Callable) -> np.ndarray:
        """Returns Keras' logits of the queries, their pixels changed."""
        logits = tf.function(self.run.model.logits, reduce_retracing=True)
        return np.concatenate([logits(change(b)) for b in self._batches()])

    def _check_codes_file(self, packed: np.ndarray) -> None:
        """Refuses a run whose codes another model made."""
        written = self.run.codes["query_codes"][: len(packed)]
        differing = np.bitwise_count(packed ^ written).sum()
        # Mixed precision and other hardware flip a bit in a thousand,
        # another model every second one.
        if differing > 0.05 * self.logits.size:
            raise ExportError(
                "codes.npz was made by another model than model.keras: run "
                "`python -m trainers.main --mode=eval` on the run folder first"
            )

    def check(self, encode: Encode) -> dict:
        """Compares an artefact that takes float32 pixels.

        Args:
            encode: from float32 [batch, height, width, 3] to `code` and
                others.

        Returns:
            What `agreement.compare` returns, `map`, `map_difference` to
            Keras', and `latency_ms`, the median for one image.
        """
        packed = np.concatenate([_codes(encode(b)) for b in self._batches()])
        score = self.run.map_of(packed)
        one = next(self._batches())[:1]
        return {
            **compare(packed, self.logits, self.limits.rounding),
            "map": score,
            "map_difference": score - self.keras["map"],
            "latency_ms": latency_ms(lambda: encode(one)),
        }

    def check_saved_model(self, directory: Path) -> dict:
        """Compares every signature of a SavedModel.

        Args:
            directory: of one version.

        Returns:
            What `check` returns for `serving_default`, and in `signatures`
            what `agreement.compare` returns for each of the others.
        """
        signatures = tf.saved_model.load(str(directory)).signatures

        def signature(name: str, **inputs: np.ndarray) -> dict:
            tensors = {k: tf.constant(v) for k, v in inputs.items()}
            outputs = signatures[name](**tensors)
            return {k: v.numpy() for k, v in outputs.items()}

        report = self.check(lambda b: signature("serving_default", image=b))
        pixels = [_to_uint8(batch) for batch in self._batches()]
        of_pixels = [signature("serving_uint8", image=b) for b in pixels]
        size = len(pixels[0])
        parts = np.split(self.indices, range(size, len(self.indices), size))
        of_files = []
        for part in parts:
            files = np.array([self.run.encoded(i) for i in part], object)
            of_files.append(signature("serving_bytes", image_bytes=files))
        rounding = self.limits.rounding
        expected = self._keras(_to_uint8)
        report["signatures"] = {
            "serving_uint8": compare(_joined(of_pixels), expected, rounding),
            "serving_bytes": compare(_joined(of_files), self.logits, rounding),
        }
        return report


def _to_uint8(images: np.ndarray) -> np.ndarray:
    return np.rint(images).astype(np.uint8)


def _codes(outputs: dict[str, np.ndarray]) -> np.ndarray:
    """Returns the codes, if all that comes with them is finite."""
    for name, value in outputs.items():
        if value.dtype == np.float32 and not np.isfinite(value).all():
            raise ExportError(
                f"the exported model returns `{name}` that is not finite: "
                "train the model again with a lower learning rate"
            )
    return outputs["code"]


def _joined(batches: list[dict[str, np.ndarray]]) -> np.ndarray:
    return np.concatenate([_codes(outputs) for outputs in batches])


def latency_ms(call: Callable[[], object], repeats: int = 30) -> float:
    """Returns the median time of a call in milliseconds.

    Args:
        call: what is timed; called once beforehand.
        repeats: how often it is timed, unless that takes over a second.
    """
    call()
    times: list[float] = []
    while len(times) < repeats and sum(times) < 1:
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    return round(1000 * float(np.median(times)), 3)
