"""Copies the results of a run or comparison into docs/results.

    python -m tools.keep_results runs/cifar10-48b-0 cifar10-48b-0

copies results, configuration, history and curves, and with `--log` the end of
a log, to docs/results/NAME, without the names of this machine's folders. NAME
is `FAMILY-BITSb-SEED` for a run, which groups seeds and code lengths, with
`ablation` in FAMILY for runs that are compared among themselves only.
`python -m tools.results` then updates the page.
"""

import argparse
import pathlib
import re
import shutil
import sys
from typing import Any

from tf_dnnh import commands, files
from tf_dnnh.runs.run_folder import read_json
from tools.machine import machine

RESULTS = pathlib.Path(__file__).resolve().parents[1] / "docs" / "results"
LOG_LINES = 40
_FOLDERS = ("data_dir", "image_dir", "workdir", "cache_dir", "weights")


def keep(
    run: pathlib.Path,
    destination: pathlib.Path,
    log: pathlib.Path | None = None,
    where: str | None = None,
) -> None:
    """Copies the small files of a run or comparison.

    `where` is the machine; default: that of the result, or this machine.

    Raises:
        RunError: a file is missing or damaged.
    """
    result = read_json(run / "result.json")
    result["machine"] = where or result.get("machine") or machine()
    comparison = "cells" in result
    name = "baselines.json" if comparison else "config.json"
    config = without_paths(read_json(run / name))
    destination.mkdir(parents=True, exist_ok=True)
    files.write_json(destination / "result.json", result)
    files.write_json(destination / "config.json", config)
    for name in ("history.csv", "curves.csv"):
        if (run / name).exists():
            shutil.copyfile(run / name, destination / name)
    if comparison:
        _keep_curves(run / "cells", destination / "cells", result)
    if log:
        text = log.read_text(encoding="utf-8", errors="replace")
        (destination / "log.txt").write_text(log_end(text), encoding="utf-8")


def _keep_curves(
    cells: pathlib.Path, destination: pathlib.Path, result: dict[str, Any]
) -> None:
    """Copies the curves of the longest codes, which the plots show."""
    own = [cell for cell in result["cells"] if "method" in cell]
    longest = max(int(cell["bits"]) for cell in own)
    destination.mkdir(exist_ok=True)
    for path in sorted(cells.glob(f"*-{longest}.csv")):
        shutil.copyfile(path, destination / path.name)


def without_paths(config: dict[str, Any]) -> dict[str, Any]:
    """Returns a configuration that is valid on any machine.

    Folders of this machine are left out if the command works without them,
    and reduced to their last component otherwise. Relative paths stay.

    Example:
        >>> without_paths({"dataset": "nuswide", "data_dir": "/data/nus"})
        {'dataset': 'nuswide', 'data_dir': 'nus'}
        >>> without_paths({"dataset": "cifar10", "data_dir": "/data/tfds"})
        {'dataset': 'cifar10', 'data_dir': None}
    """
    # Imported here: TensorFlow comes with it and takes seconds.
    from tools.results.folders import needs_folder

    changed = dict(config)
    for name in _FOLDERS:
        value = config.get(name)
        if value is None or not pathlib.PurePath(value).is_absolute():
            continue
        needed = name == "weights" or (
            name == "data_dir" and needs_folder(str(config.get("dataset")))
        )
        changed[name] = pathlib.PurePath(value).name if needed else None
    return changed


def log_end(text: str) -> str:
    """Returns the last lines of a log as a terminal shows them.

    Example:
        >>> log_end("10%\\r100%\\nReport: /home/me/runs/x/report.html")
        '100%\\nReport: report.html\\n'
    """
    lines = [
        line.rstrip("\r").rsplit("\r", 1)[-1]
        for line in text.strip().split("\n")
    ]
    end = lines[-LOG_LINES:]
    return re.sub(r"(?<![\w.:/~])~?/(?:[^\s/]+/)+", "", "\n".join(end)) + "\n"


def main() -> int:
    """Parses the command line and copies one folder."""
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("run", type=pathlib.Path, metavar="RUN")
    parser.add_argument("name", metavar="NAME")
    parser.add_argument("--log", type=pathlib.Path, help="its output")
    parser.add_argument("--machine", help="its machine, if not this one")
    options = parser.parse_args()
    destination = RESULTS / options.name

    def body() -> None:
        commands.import_tensorflow()
        keep(options.run, destination, options.log, options.machine)
        print(destination)

    return commands.guarded(body, debug=False)


if __name__ == "__main__":
    sys.exit(main())
