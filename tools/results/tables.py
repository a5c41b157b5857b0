"""Tables of results, in Markdown."""

import statistics
from collections.abc import Callable, Iterable, Sequence

from tools.results import titles
from tools.results.environments import Environments
from tools.results.folders import Comparison, Results, Run
from trainers.comparison.settings import METHODS
from trainers.report import paper_figures
from trainers.report.words import duration, percent, score

NONE = "–"
Row = list[str]


# Columns that hold words; all others hold numbers, which end on the right.
_WORDS = {"method", "learns from", "run", "comparison", "ablation", "command"}


def markdown(rows: Sequence[Row]) -> list[str]:
    """A table; the first row is its head."""
    rule = [
        "---" if name in _WORDS or name.startswith("`") else "---:"
        for name in rows[0]
    ]
    return [f"| {' | '.join(row)} |" for row in [rows[0], rule, *rows[1:]]]


def mean_and_spread(values: Sequence[float | None]) -> str:
    """The mean, and the standard deviation over several seeds.

    Example:
        >>> mean_and_spread([0.5]), mean_and_spread([0.5, 0.52, 0.54])
        ('0.500', '0.520 ± 0.020 (3)')
    """
    known = [value for value in values if value is not None]
    if not known:
        return NONE
    text = score(statistics.mean(known))
    if len(known) > 1:
        text += f" ± {statistics.stdev(known):.3f} ({len(known)})"
    return text


def comparison_table(results: Results) -> list[str]:
    """Methods x bits, ours beside what the paper reports, best first.

    Args:
        results: of one section.
    """
    table = paper_figures.reported(*results.sections[0])
    bits = sorted(
        {run.bits for run in results.runs if not run.ablation}
        | {b for one in results.comparisons for b in one.bits}
    )
    columns = [b for b in bits if table and b in paper_figures.BITS]
    head = ["method", "learns from", *(f"{b} bits" for b in bits)]
    head += [f"reported, {b}" for b in columns]

    def reported(name: str | None) -> Row:
        row = [table.at(b).get(name or "") if table else None for b in columns]
        return [score(value) for value in row]

    entries = [*_network_entries(results), *_method_entries(results)]
    rows = []
    for entry in sorted(entries, key=_last_mean, reverse=True):
        title, source, scores, name = entry
        own = [mean_and_spread(scores.get(b, [])) for b in bits]
        rows.append([title, source, *own, *reported(name)])
    ours = {entry[3] for entry in entries}
    for name in table.rows if table else []:
        if name not in ours:
            blank = [NONE] * len(bits)
            rows.append([name, "*as reported only*", *blank, *reported(name)])
    return markdown([head, *rows])


# Title, what it learns from, MAPs by bits, name in the paper's table.
_Entry = tuple[str, str, dict[int, list[float | None]], str | None]


def _network_entries(results: Results) -> list[_Entry]:
    entries = []
    for family, runs in titles.families(results.runs).items():
        if runs[0].ablation:
            continue
        scores: dict[int, list[float | None]] = {}
        for run in runs:
            scores.setdefault(run.bits, []).append(run.metric("map"))
        scratch = runs[0].config.get("weights", "none") == "none"
        name = paper_figures.METHOD if scratch else None
        source = "pixels, labels" if scratch else "ImageNet, pixels, labels"
        title = f"**{titles.family_title(family, runs)}**"
        entries.append((title, source, scores, name))
    return entries


def _method_entries(results: Results) -> list[_Entry]:
    entries: list[_Entry] = []
    for one in results.comparisons:
        for key in one.methods:
            method = METHODS[key]
            source = titles.features_title(one.features)
            if method.name is None:  # A network of its own.
                source = "pixels, labels"
            elif method.supervised:
                source += ", labels"
            scores: dict[int, list[float | None]] = {
                bits: [one.cells[key, bits]["metrics"]["map"]]
                for bits in one.bits
                if (key, bits) in one.cells
            }
            # The paper's figures stand on GIST.
            name = method.reported if one.features == "gist" else None
            entries.append((method.title, source, scores, name))
    return entries


def _last_mean(entry: _Entry) -> tuple[float, float]:
    """Mean MAP at the longest code of an entry, to rank by."""
    scores = entry[2]
    values = [value for value in scores[max(scores)] if value is not None]
    return statistics.mean(values), max(scores)


def run_table(runs: Iterable[Run], environments: Environments) -> list[str]:
    """A row a run: what it reached, how long it took, how to repeat it."""
    columns: dict[str, Callable[[Run], str]] = {
        "run": lambda run: f"[{run.name}](results/{run.name}/)",
        "MAP": lambda run: score(run.metric("map")),
        "worst ties": lambda run: score(run.metric("map_worst_ties")),
        "best ties": lambda run: score(run.metric("map_best_ties")),
        "radius 2": lambda run: score(run.metric("precision_radius_2")),
        "empty balls": lambda run: percent(run.metric("empty_radius_2")),
        "validation": lambda run: score(run.validation_map),
        "training": lambda run: duration(run.result["time"]["train_seconds"]),
        "images/s": lambda run: (
            f"{run.result['time']['images_per_second']:.0f}"
        ),
        "evaluation": lambda run: duration(
            run.result["time"]["evaluate_seconds"]
        ),
        "on": environments.letter,
        "command": lambda run: f"`{run.command}`",
    }
    rows = [[cell(run) for cell in columns.values()] for run in runs]
    return markdown([list(columns), *rows])


def method_table(
    comparisons: Iterable[Comparison], environments: Environments
) -> list[str]:
    """A row a comparison: its command and time."""
    rows = [["comparison", "all cells", "on", "command"]]
    for one in comparisons:
        rows.append(
            [
                f"[{one.name}](results/{one.name}/)",
                duration(one.seconds),
                environments.letter(one),
                f"`{one.command}`",
            ]
        )
    return markdown(rows)


def ablation_table(runs: Sequence[Run]) -> list[str]:
    """What the ablations differ in, and what that is worth, best first.

    Args:
        runs: the ablations of one section.
    """
    varied = titles.varied_fields(runs)
    head = ["ablation", *(f"`{name}`" for name in varied), "bits", "MAP"]
    head += ["radius 2", "in band", "validation", "training"]
    ranked = []
    for family, own in titles.families(runs).items():
        for bits in sorted({run.bits for run in own}):
            some = [run for run in own if run.bits == bits]
            values = [titles.plain(some[0].config.get(n)) for n in varied]
            maps = [run.metric("map") for run in some]
            ball = [run.metric("precision_radius_2") for run in some]
            band = some[0].result["bit_health"].get("in_band")
            seconds = [run.result["time"]["train_seconds"] for run in some]
            row = [titles.ablation_title(family), *values, str(bits)]
            row += [mean_and_spread(maps), mean_and_spread(ball)]
            row += [
                percent(band),
                mean_and_spread([run.validation_map for run in some]),
                duration(statistics.mean(seconds)),
            ]
            ranked.append((statistics.mean(m or 0.0 for m in maps), row))
    ranked.sort(key=lambda pair: -pair[0])
    return markdown([head, *(row for _, row in ranked)])
