"""One call from a run folder to files that were proven to work."""

import functools
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from tqdm import tqdm

from export import onnx_file, tflite
from export.export_error import ExportError
from export.limits import Limits
from export.lite_runner import lite_runner
from export.metadata import model_metadata
from export.operators import check_file, saved_model_operators
from export.run_folder import RunFolder, read_run
from export.saved_model import publish, write_saved_model
from export.serving.kit import write_serving_kit
from export.summary import file_facts, refuse_disagreement, summarize
from export.verify import Verifier

FORMATS = ("saved_model", "tflite", "onnx")
DEFAULT_FORMATS = ("saved_model", "tflite")

Step = tuple[str, Callable[[], dict]]


def export_run(
    workdir: Path,
    output: Path,
    *,
    formats: Sequence[str] = DEFAULT_FORMATS,
    limits: Limits | None = None,
    checked_images: int = 1000,
    representative_images: int = 200,
) -> dict:
    """Exports a run, runs every file on its queries, and publishes them.

    Nothing takes its place in `output` before everything has reached its
    limit: a server that polls the folder never loads a model that failed.

    Args:
        workdir: run folder that `trainers.main` wrote.
        output: export folder; made if absent.
        formats: which of `FORMATS`.
        limits: share of equal bits that each file must reach.
        checked_images: how many queries are run through every file.
        representative_images: how many training images measure the ranges
            of the int8 file.

    Returns:
        The content of `export.json`.

    Raises:
        ExportError: if the run is not finished, a format is unknown, or a
            file does not reach its limit.
        DataError: if the run's data set is not where it was.
    """
    unknown = [name for name in formats if name not in FORMATS]
    if unknown or not formats:
        raise ExportError(
            f"`formats` must be some of {', '.join(FORMATS)}. Received: "
            f"{', '.join(unknown) or 'none'}"
        )
    limits = limits or Limits()
    run = read_run(Path(workdir))
    metadata = describe(run)
    verifier = Verifier(run, checked_images, limits)
    images = run.representative(representative_images)
    output = Path(output)
    output.mkdir(parents=True, exist_ok=True)
    # Beside its destination, so that renaming is enough to publish it.
    scratch = Path(tempfile.mkdtemp(prefix=".writing-", dir=output))
    try:
        steps: list[Step] = []
        if "saved_model" in formats:
            steps += _saved_model_steps(run, scratch, metadata, verifier)
        if "tflite" in formats:
            steps += _tflite_steps(run, scratch, metadata, verifier, images)
        if "onnx" in formats:
            steps += _onnx_steps(run, scratch, metadata, verifier)
        reports = _carried_out(steps)
        summary = summarize(metadata, limits, verifier.keras, reports)
        refuse_disagreement(summary)
        return _published(scratch, output, summary)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def describe(run: RunFolder) -> dict:
    """Returns the metadata of a run's model."""
    return model_metadata(
        run.model,
        dataset=run.result["dataset"],
        protocol=run.result["protocol"],
        split_sha256=run.result["split_sha256"],
    )


def _carried_out(steps: Sequence[Step]) -> dict[str, dict]:
    """Carries steps out, with a progress bar on a terminal."""
    reports = {}
    with tqdm(steps, unit="file", disable=None, leave=False) as bar:
        for name, step in bar:
            bar.set_description(name)
            reports[name] = step()
    return reports


def _saved_model_steps(
    run: RunFolder, scratch: Path, metadata: dict, verifier: Verifier
) -> list[Step]:
    """Writes and checks the SavedModel."""
    directory = scratch / "saved_model"

    def step() -> dict:
        write_saved_model(run.model, directory, metadata)
        return {
            **file_facts(scratch, directory),
            **verifier.check_saved_model(directory),
            "operators": saved_model_operators(directory),
        }

    return [("saved_model", step)]


def _tflite_steps(
    run: RunFolder,
    scratch: Path,
    metadata: dict,
    verifier: Verifier,
    images: np.ndarray,
) -> list[Step]:
    """Writes and checks every TFLite file."""
    directory = scratch / "tflite"
    representative = tflite.representative_batches(run.batches(images, 1))

    def step(variant: str) -> dict:
        path = tflite.export_tflite(
            run.model, directory, representative, metadata, [variant]
        )[variant]
        used = check_file(path)
        report = verifier.check(lite_runner(path))
        return {**file_facts(scratch, path), **report, "operators": used}

    return [(name, functools.partial(step, name)) for name in tflite.VARIANTS]


def _onnx_steps(
    run: RunFolder, scratch: Path, metadata: dict, verifier: Verifier
) -> list[Step]:
    """Writes and checks the ONNX file."""
    path = scratch / "onnx" / "model.onnx"

    def step() -> dict:
        path.parent.mkdir()
        onnx_file.write_onnx(run.model, path, metadata)
        report = verifier.check(onnx_file.onnx_runner(path))
        used = onnx_file.onnx_operators(path)
        return {**file_facts(scratch, path), **report, "operators": used}

    return [("onnx", step)]


def _published(scratch: Path, output: Path, summary: dict) -> dict:
    """Moves finished files to their places and writes `export.json`."""
    for name, report in summary["artifacts"].items():
        if name == "saved_model":
            version = publish(scratch / report["path"], output / name)
            report["path"] = version.relative_to(output).as_posix()
            write_serving_kit(
                output, image_size=summary["image_size"], bits=summary["bits"]
            )
        else:
            place = output / report["path"]
            place.parent.mkdir(exist_ok=True)
            os.replace(scratch / report["path"], place)
    written = scratch / "export.json"
    written.write_text(json.dumps(summary, indent=2) + "\n")
    os.replace(written, output / "export.json")
    return summary
