"""The figures of an export: what they are, and whether they suffice."""

import dataclasses
import hashlib
import importlib.metadata
from collections.abc import Mapping
from pathlib import Path

from export.export_error import ExportError
from export.limits import Limits


def file_facts(scratch: Path, path: Path) -> dict:
    """Returns place, size and SHA-256 of a file, or of a folder's files."""
    files = [path] if path.is_file() else sorted(path.rglob("*"))
    digest = hashlib.sha256()
    size = 0
    for file in files:
        if file.is_file():
            content = file.read_bytes()
            digest.update(content)
            size += len(content)
    return {
        "path": path.relative_to(scratch).as_posix(),
        "bytes": size,
        "sha256": digest.hexdigest(),
    }


def summarize(
    metadata: Mapping, limits: Limits, keras: dict, reports: dict[str, dict]
) -> dict:
    """Puts `export.json` together.

    Args:
        metadata: of the model.
        limits: what the files had to reach.
        keras: MAP and latency of the model itself.
        reports: {artefact: what was found}.
    """
    packages = ("tensorflow", "keras", "ai-edge-litert")
    return {
        **metadata,
        "keras": keras,
        "limits": dataclasses.asdict(limits),
        "artifacts": reports,
        "versions": {name: _version(name) for name in packages},
    }


def _version(package: str) -> str | None:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None


def refuse_disagreement(summary: dict) -> None:
    """Raises if an artefact stays below its limit.

    Args:
        summary: content of `export.json`.

    Raises:
        ExportError: names every such artefact, its share of equal bits and
            how decided the bits were that it flipped.
    """
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
            "you can live with it, or leave the file out with --formats"
        )


def table(summary: dict) -> str:
    """Returns the figures of `export.json` as text that fits a screen.

    Args:
        summary: content of `export.json`.
    """
    lines = [
        f"{'':14}{'kB':>8}{'equal bits':>12}{'codes':>9}{'MAP':>9}{'ms':>9}"
    ]
    keras = summary["keras"]
    lines.append(
        f"{'Keras':14}{'':29}{keras['map']:9.4f}{keras['latency_ms']:9.2f}"
    )
    for name, report in summary["artifacts"].items():
        lines.append(
            f"{name:14}{report['bytes'] / 1000:8.0f}"
            f"{100 * report['equal_bits']:10.3f} %"
            f"{100 * report['equal_codes']:7.1f} %"
            f"{report['map']:9.4f}{report['latency_ms']:9.2f}"
        )
    return "\n".join(lines)
