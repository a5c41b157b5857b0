"""Exports a run folder as files whose codes were compared with Keras'."""

import pkgutil
from collections.abc import Sequence
from pathlib import Path

from tqdm import tqdm

from export import publishing
from export.agreement import refuse_disagreement
from export.finished_run import read_run
from export.formats import (
    AGREEMENT,
    DEFAULT_FORMATS,
    FORMATS,
    ROUNDING,
    check_formats,
)
from export.summary import file_facts, versions
from export.verify import Verifier
from tf_dnnh.stopping import StopRequests


def export_run(
    workdir: Path,
    output: Path,
    *,
    formats: Sequence[str] = DEFAULT_FORMATS,
    agreement: dict[str, float] | None = None,
    rounding: float = ROUNDING,
    checked_images: int = 1000,
    representative_images: int = 200,
    stop: StopRequests | None = None,
) -> dict:
    """Exports a run, checks every file on its queries, and publishes them.

    Nothing is moved into place in `output` before every file has reached its
    limit: a server that polls the folder never loads a model that failed. What
    is published is complete: see `export.publishing`.

    Args:
        workdir: run folder that `trainers.main` wrote.
        output: export folder; created if absent.
        formats: keys of `FORMATS`.
        agreement: smallest share of bits equal to Keras', in 0..1, by file;
            files left out keep the limit of `FORMATS`.
        rounding: |logit| below which a bit may fall on either side.
        checked_images: number of queries on which every file is run.
        representative_images: number of images for calibrating int8.
        stop: signals that end the export, except while it publishes.

    Returns:
        The content of `export.json`.

    Raises:
        RunError: if the run is not finished or its files are damaged.
        ExportError: if a format is unknown, or a file does not reach its
            limit.
        DataError: if the run's data set is no longer where it was.
    """
    check_formats(formats)
    stop = stop or StopRequests()
    run = read_run(Path(workdir), representative_images)
    verifier = Verifier(run, checked_images, rounding)
    with publishing.writable(Path(output)) as scratch:
        summary = {
            **run.metadata,
            "keras": verifier.keras,
            "limits": AGREEMENT | (agreement or {}) | {"rounding": rounding},
            "artifacts": _reports(formats, scratch, verifier, stop),
            "versions": versions(),
        }
        refuse_disagreement(summary)
        with stop.deferred():
            publishing.publish(scratch, summary)
        return summary


def _reports(
    formats: Sequence[str],
    scratch: Path,
    verifier: Verifier,
    stop: StopRequests,
) -> dict[str, dict]:
    """Writes and checks every file, with a progress bar on a terminal."""
    rows = [FORMATS[name] for name in FORMATS if name in formats]
    work = [(name, row.writer) for row in rows for name in row.agreement]
    reports = {}
    with tqdm(work, unit="file", disable=None, leave=False) as bar:
        for name, writer in bar:
            bar.set_description(name)
            write = pkgutil.resolve_name(writer)
            path, report = write(name, scratch, verifier)
            reports[name] = {**file_facts(scratch, path), **report}
            # TensorFlow may have swallowed the exception that a signal raised.
            stop.check("before anything was published")
    return reports
