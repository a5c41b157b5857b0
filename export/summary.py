"""Facts about exported files, and the table of an export."""

import hashlib
import importlib.metadata
from pathlib import Path


def file_facts(scratch: Path, path: Path) -> dict:
    """Returns path, bytes and SHA-256 of a file, or of a folder's files."""
    files = [path] if path.is_file() else sorted(path.rglob("*"))
    content = b"".join(file.read_bytes() for file in files if file.is_file())
    return {
        "path": path.relative_to(scratch).as_posix(),
        "bytes": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
    }


def versions() -> dict[str, str | None]:
    """Returns the versions of the packages that exports depend on."""
    found: dict[str, str | None] = {}
    for name in ("tensorflow", "keras", "ai-edge-litert"):
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            found[name] = None
    return found


def table(summary: dict) -> str:
    """Formats the content of `export.json` as a table for the terminal."""
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
