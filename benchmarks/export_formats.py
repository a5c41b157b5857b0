"""What does each exported file cost in agreement, MAP, bytes and time?

    python -m benchmarks.export_formats --workdir=RUN --output=EXPORT

prints Markdown: the figures of `EXPORT/export.json`, with latencies measured
again side by side, and other files for comparison: the backbone alone as plain
TFLite files (no head, no packing), and an int8 file with the converter's
defaults, which quantise the head like the rest.
"""

import argparse
import json
import pathlib
import tempfile
from collections.abc import Callable

import numpy as np
import tensorflow as tf

from export.agreement import compare
from export.finished_run import FinishedRun, read_run, spread
from export.onnx_file import onnx_runner
from export.saved_model import write_program
from export.signatures import Signature, device_signatures
from export.tflite_file import lite_runner
from export.verify import latency_ms

REPEATS = 200


def plain(
    signature: Signature, images: list[np.ndarray] | None, path: pathlib.Path
) -> pathlib.Path:
    """Converts with the converter's defaults; int8 if images are given."""
    with tempfile.TemporaryDirectory() as scratch:
        program = f"{scratch}/program"
        write_program({"encode": signature}, pathlib.Path(program))
        converter = tf.lite.TFLiteConverter.from_saved_model(
            program, signature_keys=["encode"]
        )
        if images is not None:
            converter.optimizations = [tf.lite.Optimize.DEFAULT]
            converter.representative_dataset = lambda: (
                {"image": image} for image in images
            )
        path.write_bytes(converter.convert())
    return path


def backbone_signature(run: FinishedRun) -> Signature:
    model = run.model

    def features(image: tf.Tensor) -> dict[str, tf.Tensor]:
        normalized = model.normalization(image)
        return {"features": model.backbone(normalized, training=False)}

    return Signature(features, device_signatures(model)["encode"].spec)


def time_of(encode: Callable, image: np.ndarray) -> float:
    return latency_ms(lambda: encode(image), REPEATS)


def saved_model_runner(path: pathlib.Path) -> Callable:
    loaded = tf.saved_model.load(str(path))
    signature = loaded.signatures["serving_default"]
    return lambda image: signature(image=tf.constant(image))


def exported_rows(
    summary: dict, output: pathlib.Path, image: np.ndarray
) -> list[str]:
    rows = []
    for name, report in summary["artifacts"].items():
        path = output / report["path"]
        if name == "saved_model":
            encode = saved_model_runner(path)
        else:
            encode = (onnx_runner if name == "onnx" else lite_runner)(path)
        rows.append(
            f"| {name} | {report['bytes'] / 1e6:.2f} "
            f"| {100 * report['equal_bits']:.3f} % "
            f"| {100 * report['equal_codes']:.1f} % "
            f"| {report['largest_flipped_margin']:.2g} "
            f"| {report['map_difference']:+.4f} "
            f"| {time_of(encode, image):.2f} |"
        )
    return rows


def compared_rows(run: FinishedRun, image: np.ndarray) -> list[str]:
    images = list(run.batches(run.representative, 1))
    backbone = backbone_signature(run)
    rows = []
    with tempfile.TemporaryDirectory() as scratch:
        path = pathlib.Path(scratch) / "plain.tflite"
        for name, given in (("float32", None), ("int8", images)):
            encode = lite_runner(plain(backbone, given, path))
            rows.append(
                f"| the backbone alone, {name} "
                f"| {path.stat().st_size / 1e6:.2f} "
                f"| | | | | {time_of(encode, image):.2f} |"
            )
        signature = device_signatures(run.model)["encode"]
        encode = lite_runner(plain(signature, images, path))
        rows.append(int8_row(run, encode, path.stat().st_size, image))
    return rows


def int8_row(
    run: FinishedRun, encode: Callable, size: int, image: np.ndarray
) -> str:
    queries = spread(len(run.split.queries), 1000)
    batches = list(run.batches(run.split.queries[queries]))
    logits = np.concatenate([run.model.logits(batch) for batch in batches])
    exact = np.packbits(logits >= 0, axis=1)
    packed = np.concatenate([encode(batch)["code"] for batch in batches])
    report = compare(packed, logits, rounding=0.0)
    return (
        f"| int8, head quantised too | {size / 1e6:.2f} "
        f"| {100 * report['equal_bits']:.3f} % "
        f"| {100 * report['equal_codes']:.1f} % "
        f"| {report['largest_flipped_margin']:.2g} "
        f"| {run.map_of(packed, queries) - run.map_of(exact, queries):+.4f} "
        f"| {time_of(encode, image):.2f} |"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--workdir", type=pathlib.Path, required=True)
    parser.add_argument("--output", type=pathlib.Path, required=True)
    arguments = parser.parse_args()
    run = read_run(arguments.workdir)
    summary = json.loads((arguments.output / "export.json").read_text())
    image = next(run.batches(run.split.queries[:1]))
    keras = latency_ms(lambda: run.model.predict(image, verbose=0), REPEATS)
    print("| | MB | equal bits | equal codes | flipped | MAP | ms |")
    print("|---|---:|---:|---:|---:|---:|---:|")
    print(
        f"| Keras' `predict` | | | | | {summary['keras']['map']:.4f} "
        f"| {keras:.2f} |"
    )
    rows = exported_rows(summary, arguments.output, image)
    print("\n".join(rows + compared_rows(run, image)))


if __name__ == "__main__":
    main()
