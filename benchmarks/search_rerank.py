"""What does reranking by relaxed codes gain, and what does it cost?

`python -m benchmarks.search_rerank --workdir=RUN` encodes the queries and the
database of a finished run once more, and compares three rankings by MAP@100:
Hamming distance alone; a shortlist by Hamming distance, ordered by relaxed
codes (floats of the query against 8 bits of the database); and the whole
database ordered by relaxed floats. Times are medians over single queries, in
turns.
"""

import argparse
import statistics
import time
from pathlib import Path

import numpy as np

from tf_dnnh import codes
from tf_dnnh.data import Split, load_dataset
from tf_dnnh.metrics import average_precision, mean_average_precision
from tf_dnnh.metrics.relevance import relevance
from tf_dnnh.runs.run_folder import RunFolder
from tf_dnnh.search.index import HammingIndex
from tf_dnnh.search.reranking import reranked, shortlist_length, to_bytes
from tools.machine import machine
from trainers.encoder import Encoder

TOP = 100
TIMED = 200


def encode(workdir: Path) -> dict[str, dict[str, np.ndarray]]:
    """Returns packed codes, relaxed codes and labels of both parts."""
    folder = RunFolder(workdir)
    config, model = folder.read_config(), folder.load_model()
    dataset = load_dataset(
        config["dataset"], config["data_dir"], protocol=config["protocol"]
    )
    split = Split.load(workdir, dataset)
    encoder = Encoder(model, dataset)
    parts = {}
    for part in ("queries", "database"):
        rows = getattr(split, part)
        logits = encoder.logits(rows, f"Encoding {part}")
        parts[part] = {
            "codes": codes.pack(codes.bits_from_logits(logits)),
            "relaxed": np.asarray(model.relaxed(logits)),
            "labels": dataset.labels[rows],
        }
    return parts


def map_of_rankings(
    rankings: np.ndarray, queries: np.ndarray, database: np.ndarray
) -> float:
    """Computes MAP@100 of ranked positions, int64 [q, 100]."""
    relevant = np.stack(
        [
            relevance(queries[i : i + 1], database[ranking])[0]
            for i, ranking in enumerate(rankings)
        ]
    ).astype(np.int64)
    # Every rank is a distance of its own, so that there are no ties.
    return float(average_precision(np.ones_like(relevant), relevant).mean())


def full_ranking(relaxed: np.ndarray, database: np.ndarray) -> np.ndarray:
    """Ranks the whole database by squared distance of relaxed codes."""
    norms = np.square(database).sum(axis=1)
    rows = []
    for query in relaxed:
        distances = norms - 2 * database @ query
        rows.append(np.argsort(distances, kind="stable")[:TOP])
    return np.stack(rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--workdir", type=Path, required=True)
    options = parser.parse_args()
    parts = encode(options.workdir)
    queries, database = parts["queries"], parts["database"]
    bits = database["relaxed"].shape[1]
    index = HammingIndex(bits)
    index.add(database["codes"])
    stored = to_bytes(database["relaxed"])
    length = min(shortlist_length(TOP), len(stored))
    shown = min(TOP, len(stored))

    def plain(row: int) -> np.ndarray:
        return index.search(queries["codes"][row : row + 1], shown)[1][0]

    def rerank(row: int) -> np.ndarray:
        code = queries["codes"][row : row + 1]
        ids = index.search(code, length)[1][0]
        order = reranked(queries["relaxed"][row], stored[ids])
        return ids[order[:shown]]

    count = len(queries["codes"])
    rankings = np.stack([rerank(row) for row in range(count)])
    labels = queries["labels"], database["labels"]
    times: dict[str, list[float]] = {"plain": [], "rerank": []}
    for row in range(min(TIMED, count)):
        for name, function in (("plain", plain), ("rerank", rerank)):
            start = time.perf_counter()
            function(row)
            times[name].append(1e3 * (time.perf_counter() - start))
    hamming = mean_average_precision(
        queries["codes"], database["codes"], *labels, top_n=TOP
    )
    best = full_ranking(queries["relaxed"], database["relaxed"])
    print(f"{options.workdir.resolve().name}: {count:,} queries, ", end="")
    print(f"{len(stored):,} in the database, {bits} bits; {machine()}\n")
    print(f"| ranking | MAP@{TOP} | ms per query |\n|---|---:|---:|")
    for name, value, ms in (
        ("Hamming distance", hamming, times["plain"]),
        (
            f"{length:,} by Hamming distance, then relaxed codes of 8 bits",
            map_of_rankings(rankings, *labels),
            times["rerank"],
        ),
        ("all by relaxed codes", map_of_rankings(best, *labels), None),
    ):
        shown_ms = f"{statistics.median(ms):.2f}" if ms else ""
        print(f"| {name} | {value:.4f} | {shown_ms} |")


if __name__ == "__main__":
    main()
