"""The comparison of hashing methods as Markdown tables."""

import math
import statistics
from collections.abc import Iterable, Sequence
from typing import Any

from tf_dnnh.data.datasets import dataset_title
from tf_dnnh.pages.formats import score
from trainers.comparison.method_result import MethodResult, by_method, mean
from trainers.comparison.settings import FEATURES
from trainers.report import paper_figures

NONE = "–"
Row = list[str]
# Columns that hold words; all others hold numbers, aligned right.
_WORDS = (
    *("method", "learns from", "run", "comparison", "ablation", "codes"),
    "command",
)


def markdown(rows: Sequence[Row]) -> str:
    """Returns the text of a table; the first row is its header."""
    rule = [
        "---" if name in _WORDS or name.startswith("`") else "---:"
        for name in rows[0]
    ]
    rows = [rows[0], rule, *rows[1:]]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def mean_and_spread(values: Iterable[float | None]) -> str:
    """Returns the mean, with the standard deviation over several seeds.

    Example:
        >>> mean_and_spread([0.5]), mean_and_spread([0.5, 0.52, 0.54])
        ('0.500', '0.520 ± 0.020 (3)')
    """
    known = [v for v in values if v is not None and not math.isnan(v)]
    if not known:
        return NONE
    text = score(statistics.mean(known))
    if len(known) > 1:
        text += f" ± {statistics.stdev(known):.3f} ({len(known)})"
    return text


def map_rows(
    results: Sequence[MethodResult],
    table: paper_figures.ReportedTable | None,
) -> list[Row]:
    """Tabulates MAP by method and bits beside the paper's figures.

    The header is followed by a row per method, in descending order of MAP at
    its longest codes, then by a row per method that only the paper has.
    """
    bits = sorted({one.bits for one in results})
    # The paper's columns are shown for the code lengths of our results.
    columns = [b for b in bits if table and b in paper_figures.BITS]
    head = ["method", "learns from", *(f"{b} bits" for b in bits)]
    rows = [head + [f"reported, {b}" for b in columns]]

    def reported(name: str | None) -> Row:
        row = [table.at(b).get(name or "") if table else None for b in columns]
        return [score(value) for value in row]

    for own in sorted(by_method(results), key=_final_map, reverse=True):
        row = [own[0].title, own[0].learns_from]
        for b in bits:
            scores = [one.metric("map") for one in own if one.bits == b]
            row.append(mean_and_spread(scores))
        rows.append(row + reported(own[0].reported))
    ours = {one.reported for one in results}
    for name in table.rows if table else []:
        if name not in ours:
            blank = [NONE] * len(bits)
            rows.append([name, "*as reported only*", *blank, *reported(name)])
    return rows


def _final_map(own: Sequence[MethodResult]) -> float:
    """Returns a method's MAP at its longest codes, to rank by."""
    longest = max(one.bits for one in own)
    return mean([one for one in own if one.bits == longest], "map")


def table_text(
    identity: dict[str, Any], results: Sequence[MethodResult]
) -> str:
    """Returns the table with a description of the comparison, in Markdown.

    `identity` holds the settings shared by the results, at least one.
    """
    dataset = identity["dataset"]
    title = dataset_title(dataset)
    features = identity["features"]
    table = paper_figures.reported(dataset, identity["protocol"])
    _, words = FEATURES.get(features, ("", features))
    top_n = results[0].result["conventions"]["map_top_n"]
    ranks = f"first {top_n:,} results" if top_n else "whole ranking"
    versions = results[0].result["versions"].items()
    parts = [
        f"# Hashing methods on {title}",
        f"Mean average precision, protocol `{identity['protocol']}`, seed "
        f"{identity['seed']}: {identity['queries']:,} queries, "
        f"{identity['database']:,} images in the database, "
        f"{identity['training']:,} of them to learn from, with or without "
        f"their labels. Features: {words}. Over the {ranks}; the mean over "
        "all orders of equal distances.",
        markdown(_with_times(map_rows(results, table), results)),
    ]
    if table:
        parts.append(
            "*Reported*: the paper's own figures, on its own features (GIST; "
            f"bags of words on NUS-WIDE), not measured here. {table.caveat}"
        )
    parts.append(f"Versions: {', '.join(f'{k} {v}' for k, v in versions)}.")
    return "\n\n".join(parts) + "\n"


def _with_times(rows: list[Row], results: Sequence[MethodResult]) -> list[Row]:
    """Adds precision within radius 2 and the time of fitting."""
    bits = max(one.bits for one in results)
    longest = {one.title: one for one in sorted(results, key=lambda r: r.bits)}
    more = [[f"radius 2, {bits} bits", "fit, s"]]
    for title, *_ in rows[1:]:
        precision = seconds = NONE
        if one := longest.get(title):
            seconds = _seconds(one)
            if one.bits == bits:
                precision = score(one.metric("precision_radius_2"))
        more.append([precision, seconds])
    return [row + added for row, added in zip(rows, more, strict=True)]


def _seconds(one: MethodResult) -> str:
    time = one.result["time"]
    value = time.get("fit_seconds", time.get("train_seconds", 0.0))
    return f"{value:,.1f}" if value < 10 else f"{value:,.0f}"
