"""The page docs/results.md."""

import collections
import pathlib
import re
from collections.abc import Iterable, Mapping, Sequence

from tf_dnnh.data.datasets import dataset_title
from tools.results import tables
from tools.results.folders import PLOTS, Results, read_results
from tools.results.plots import write_plots
from trainers.report import paper_figures
from trainers.report.plot_spec import PlotSpec

_MINIATURE = "NUS-WIDE's layout in miniature"
HEADER = """\
# Results

<!-- Written by `python -m tools.results` from the folders in docs/results:
     change those, or docs/results/lessons.md, and run it again. -->

Each figure comes from a `result.json` under `docs/results/`, stored beside
the complete configuration of its run; *as reported* marks figures of the
paper, which were not measured with this code. MAP is the mean over all
orders of images at equal distance. It covers the whole ranking unless a
section states otherwise. Column *MAP, unseen* covers the database images that
were not trained on; older runs lack it. The epoch was chosen on held-out
training images; column *validation* gives their MAP at that epoch. For several
seeds, the tables give mean ± standard deviation (number of seeds). Column
*codes* grades the bits: *weak* if a bit is constant or two bits repeat each
other (correlation beyond ±0.95), *collapsed* if the codes hardly distinguish
images, *healthy* otherwise. Times are wall-clock times on a machine under
other load, and therefore upper bounds. Column *on* refers to the [machines
and versions](#machines-and-versions) below."""


def write_page(docs: pathlib.Path, output: pathlib.Path | None = None) -> None:
    """Writes `results.md` and its plots.

    Args:
        docs: folder with `results/`, whose folders are read.
        output: folder that gets `results.md` and `results/plots/`. Default:
            `docs` itself.

    Raises:
        RunError: a file is missing, damaged or incomplete.
    """
    root = docs / "results"
    output = output or docs
    results = read_results(root)
    letters: dict[str, str] = collections.defaultdict(
        lambda: chr(ord("A") + len(letters))
    )
    parts = [HEADER, *_lessons(root / "lessons.md")]
    for section in results.sections:
        own = results.of(section)
        folder = pathlib.Path("results", PLOTS, "-".join(section))
        specs = write_plots(output / folder, own)
        parts += _section(own, letters, specs, folder)
    parts += [
        "## Machines and versions",
        "\n".join(f"- {letter}: {name}." for name, letter in letters.items()),
        "See also the [cost of an export](results/export.md) and the [speed of "
        "training and evaluation](../benchmarks/README.md).",
    ]
    text = "\n\n".join(part for part in parts if part) + "\n"
    (output / "results.md").write_text(text, encoding="utf-8")


def _lessons(path: pathlib.Path) -> list[str]:
    """Returns the hand-written part; its links start from docs/results."""
    if not path.exists():
        return []
    text = path.read_text(encoding="utf-8").strip()
    return [re.sub(r"\]\((?![a-z]+:|#)", "](results/", text)]


def _section(
    results: Results,
    letters: Mapping[str, str],
    specs: Sequence[PlotSpec],
    plots: pathlib.Path,
) -> list[str]:
    dataset, protocol = results.sections[0]
    mini = dataset == "nuswide-mini"
    title = _MINIATURE if mini else dataset_title(dataset)
    parts = [f"## {title}, protocol `{protocol}`", _convention(results)]
    runs = [run for run in results.runs if not run.ablation]
    ablations = [run for run in results.runs if run.ablation]
    if runs or results.comparisons:
        parts.append(tables.comparison_table(results))
    if table := paper_figures.reported(dataset, protocol):
        parts.append(f"*As reported*: {table.caveat}")
    shown = {spec.key: spec for spec in specs}
    ablation_plot = shown.pop("ablation", None)
    parts.append(_pictures(shown.values(), plots))
    if runs:
        parts += ["### Networks", tables.run_table(runs, letters)]
    if results.comparisons:
        parts += [
            "### Methods on features",
            tables.method_table(results.comparisons, letters),
        ]
    if ablations:
        parts += ["### Ablations", tables.ablation_table(ablations)]
        if ablation_plot:
            parts.append(_pictures([ablation_plot], plots))
        parts.append(tables.run_table(ablations, letters))
    return parts


def _convention(results: Results) -> str:
    """Returns a sentence on the MAP cut-off, if there is one."""
    methods = [m for one in results.comparisons for m in one.methods]
    contents = [run.result for run in results.runs]
    contents += [method.result for method in methods]
    top_n = {one["conventions"].get("map_top_n") for one in contents} - {None}
    return "".join(f"MAP over the first {n:,} results." for n in sorted(top_n))


def _pictures(specs: Iterable[PlotSpec], folder: pathlib.Path) -> str:
    return "\n".join(
        f"![{spec.title}]({(folder / spec.key).as_posix()}.svg)"
        for spec in specs
    )
