"""The comparison of hashing methods as a Markdown table."""

from collections.abc import Sequence
from typing import Any

from trainers.comparison.results import Cell
from trainers.report import paper_figures
from trainers.report.words import DATASET_TITLES

_FEATURES = {
    "gist": "512-dimensional GIST",
    "pixels": "raw pixels",
    "untrained": "500 outputs of the network before any training",
}


def table_text(identity: dict[str, Any], cells: Sequence[Cell]) -> str:
    """Writes the table, best method first, and what it was measured on.

    Args:
        identity: what the cells have in common.
        cells: of all methods and code lengths.

    Returns:
        Markdown.
    """
    dataset = identity["dataset"]
    title = DATASET_TITLES.get(dataset, dataset)
    features = identity["features"]
    table = paper_figures.reported(dataset, identity["protocol"])
    lines = [
        f"# Hashing methods on {title}",
        "",
        f"Mean average precision, protocol `{identity['protocol']}`, seed "
        f"{identity['seed']}: {identity['queries']:,} queries, "
        f"{identity['database']:,} images in the database, "
        f"{identity['training']:,} of them to learn from, with or without "
        f"their labels. Features: {_FEATURES.get(features, features)}. "
        f"{_convention(cells)}",
        "",
        *_rows(cells, table),
        "",
    ]
    if table:
        lines += [
            "*Reported*: the paper's own figures, on its own features (GIST; "
            f"bags of words on NUS-WIDE), not measured here. {table.caveat}",
            "",
        ]
    lines += [_versions(cells), ""]
    return "\n".join(lines)


def _convention(cells: Sequence[Cell]) -> str:
    top_n = cells[0].result["conventions"]["map_top_n"]
    ranks = f"first {top_n:,} results" if top_n else "whole ranking"
    return f"Over the {ranks}; the mean over all orders of equal distances."


def _rows(
    cells: Sequence[Cell], table: paper_figures.ReportedTable | None
) -> list[str]:
    bits = sorted({cell.bits for cell in cells})
    # The paper's columns are shown where they can stand beside one of ours.
    reported_bits = [b for b in bits if table and b in paper_figures.BITS]
    head = ["method", "learns from", *(f"{b} bits" for b in bits)]
    head += [f"reported, {b}" for b in reported_bits]
    head += [f"radius 2, {bits[-1]} bits", "fit, s"]
    rows = [head, ["---"] * 2 + ["---:"] * (len(head) - 2)]
    for title in _best_first(cells):
        own = {cell.bits: cell for cell in cells if cell.title == title}
        last = own[max(own)]
        row = [title, last.learns_from]
        row += [_score(own.get(b), "map") for b in bits]
        row += [_reported(table, last.reported, b) for b in reported_bits]
        row += [_score(own.get(bits[-1]), "precision_radius_2"), _time(last)]
        rows.append(row)
    ours = {cell.reported for cell in cells}
    for name in [n for n in table.rows if n not in ours] if table else []:
        row = [name, "reported only", *["–"] * len(bits)]
        row += [_reported(table, name, b) for b in reported_bits]
        rows.append([*row, "–", "–"])
    return [f"| {' | '.join(row)} |" for row in rows]


def _best_first(cells: Sequence[Cell]) -> list[str]:
    """Titles by falling MAP at the method's longest code."""
    best: dict[str, tuple[int, float]] = {}
    for cell in cells:
        value = cell.bits, cell.metric("map")
        best[cell.title] = max(best.get(cell.title, value), value)
    return sorted(best, key=lambda title: -best[title][1])


def _score(cell: Cell | None, metric: str) -> str:
    return f"{cell.metric(metric):.3f}" if cell else "–"


def _reported(
    table: paper_figures.ReportedTable | None, name: str | None, bits: int
) -> str:
    value = table.at(bits).get(name or "") if table else None
    return "–" if value is None else f"{value:.3f}"


def _time(cell: Cell) -> str:
    seconds = cell.result["time"]
    value = seconds.get("fit_seconds", seconds.get("train_seconds", 0.0))
    return f"{value:,.1f}" if value < 10 else f"{value:,.0f}"


def _versions(cells: Sequence[Cell]) -> str:
    names = cells[0].result["versions"].items()
    return "Versions: " + ", ".join(f"{k} {v}" for k, v in names) + "."
