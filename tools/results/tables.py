"""Tables of results, in Markdown."""

import itertools
import statistics
from collections.abc import Callable, Iterable, Mapping, Sequence

from tf_dnnh.pages.formats import duration, percent, score
from tools.results import titles
from tools.results.folders import Comparison, Results, Run
from trainers.comparison.table import map_rows, markdown, mean_and_spread
from trainers.report import paper_figures


def comparison_table(results: Results) -> str:
    """Tabulates one section's MAP beside the paper's figures."""
    kinds = [one.features for one in results.comparisons]
    table = paper_figures.reported(*results.sections[0])
    return markdown(map_rows(titles.method_results(results, kinds), table))


def run_table(runs: Iterable[Run], letters: Mapping[str, str]) -> str:
    """Tabulates runs: results, times, environment's letter, command."""
    columns: dict[str, Callable[[Run], str]] = {
        "run": lambda run: f"[{run.name}](results/{run.name}/)",
        "MAP": lambda run: score(run.metric("map")),
        "worst ties": lambda run: score(run.metric("map_worst_ties")),
        "best ties": lambda run: score(run.metric("map_best_ties")),
        "radius 2": lambda run: score(run.metric("precision_radius_2")),
        "empty balls": lambda run: percent(run.metric("empty_radius_2")),
        "codes": lambda run: run.grade,
        "validation": lambda run: score(run.validation_map),
        "training": lambda run: duration(run.result["time"]["train_seconds"]),
        "images/s": lambda run: (
            f"{run.result['time']['images_per_second']:.0f}"
        ),
        "evaluation": lambda run: duration(
            run.result["time"]["evaluate_seconds"]
        ),
        "on": lambda run: letters[run.environment],
        "command": lambda run: f"`{run.command}`",
    }
    rows = [[cell(run) for cell in columns.values()] for run in runs]
    return markdown([list(columns), *rows])


def method_table(
    comparisons: Iterable[Comparison], letters: Mapping[str, str]
) -> str:
    """Tabulates comparisons: time, environment's letter, command."""
    rows = [
        [
            f"[{one.name}](results/{one.name}/)",
            duration(one.seconds),
            letters[one.environment],
            f"`{one.command}`",
        ]
        for one in comparisons
    ]
    return markdown([["comparison", "all methods", "on", "command"], *rows])


def ablation_table(runs: Sequence[Run]) -> str:
    """Tabulates ablations, their varied fields and scores, best first."""
    varied = titles.varied_fields(runs)
    head = ["ablation", *(f"`{name}`" for name in varied), "bits", "MAP"]
    head += ["radius 2", "in band", "validation", "training"]
    ranked = []
    for (_, bits), seeds in itertools.groupby(runs, lambda r: r.experiment):
        some = list(seeds)
        values = [titles.plain(some[0].config.flat()[n]) for n in varied]
        maps = [run.metric("map") for run in some]
        seconds = [run.result["time"]["train_seconds"] for run in some]
        row = [
            titles.run_title(some[0]),
            *values,
            str(bits),
            mean_and_spread(maps),
            mean_and_spread(r.metric("precision_radius_2") for r in some),
            percent(some[0].result["bit_health"].get("in_band")),
            mean_and_spread(run.validation_map for run in some),
            duration(statistics.mean(seconds)),
        ]
        ranked.append((statistics.mean(m or 0.0 for m in maps), row))
    ranked.sort(key=lambda pair: -pair[0])
    return markdown([head, *(row for _, row in ranked)])
