"""How fast is evaluation, compared with sorting float codes query by query?

`python -m benchmarks.evaluate` times both on the same random codes in one
run, prints a table, and checks the baseline's MAP against the tie bounds.
A large baseline runs on a sample of the queries and is scaled up, as noted in
the table. On a busy machine, `--clock=cpu` measures CPU time, without waiting
times; use one thread on both sides then:
`OPENBLAS_NUM_THREADS=1 python -m benchmarks.evaluate --clock=cpu --threads=1`.
"""

import argparse
import os
import platform
import statistics
import time
import tracemalloc
from collections.abc import Callable

import numpy as np

from tf_dnnh import codes
from tf_dnnh.metrics.evaluate import evaluate
from tf_dnnh.metrics.mean_average_precision import mean_average_precision
from tools.machine import machine

CLASSES = 10
CLOCKS = {"wall": time.perf_counter, "cpu": time.process_time}
SIZES = ((1_000, 59_000, 1_000), (10_000, 1_000_000, 100))


def random_codes(
    count: int, bits: int, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Returns bits, two in three those of their class, and labels."""
    centres = np.random.default_rng(0).integers(0, 2, (CLASSES, bits), np.uint8)
    labels = rng.integers(0, CLASSES, count)
    flips = rng.integers(0, 3, (count, bits), np.uint8) == 0
    return centres[labels] ^ flips, labels


def argsort_loop(
    queries: np.ndarray,
    database: np.ndarray,
    query_labels: np.ndarray,
    database_labels: np.ndarray,
) -> float:
    """Computes MAP as hashing papers' scripts do, on codes of -1 and 1."""
    bits = database.shape[1]
    values = []
    for query, label in zip(queries, query_labels, strict=True):
        distance = 0.5 * (bits - database @ query)
        relevant = (database_labels == label)[np.argsort(distance)]
        ranks = np.flatnonzero(relevant) + 1.0
        values.append(np.mean(np.arange(1, len(ranks) + 1) / ranks))
    return float(np.mean(values))


def in_turns(
    functions: list[Callable[[], object]], options: argparse.Namespace
) -> list[float]:
    """Returns the median seconds of each function, timed in turns."""
    clock = CLOCKS[options.clock]
    times: list[list[float]] = [[] for _ in functions]
    for _ in range(options.repeats):
        for function, mine in zip(functions, times, strict=True):
            start = clock()
            function()
            mine.append(clock() - start)
    return [statistics.median(mine) for mine in times]


def peak_megabytes(function: Callable[[], object]) -> float:
    """Returns the peak memory that a call allocates."""
    tracemalloc.start()
    function()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak / 1e6


def measure(
    queries: int, database: int, sample: int, options: argparse.Namespace
) -> str:
    """Times one size and returns its row of the table."""
    rng = np.random.default_rng(1)
    query_bits, query_labels = random_codes(queries, options.bits, rng)
    bits, labels = random_codes(database, options.bits, rng)
    case = codes.pack(query_bits), codes.pack(bits), query_labels, labels
    signs = 2 * bits.astype(np.float32) - 1
    some = 2 * query_bits[:sample].astype(np.float32) - 1
    found = argsort_loop(some, signs, query_labels[:sample], labels)
    bounds = [
        mean_average_precision(
            case[0][:sample], case[1], query_labels[:sample], labels, ties=t
        )
        for t in ("worst", "best")
    ]
    if not bounds[0] <= found <= bounds[1]:
        raise AssertionError(f"Baseline MAP {found} is outside {bounds}.")
    how = {"threads": options.threads}
    ours, everything, loop = in_turns(
        [
            lambda: mean_average_precision(*case, **how),
            lambda: evaluate(*case, options.bits, **how),
            lambda: argsort_loop(some, signs, query_labels[:sample], labels),
        ],
        options,
    )
    loop *= queries / sample
    memory = peak_megabytes(lambda: evaluate(*case, options.bits, **how))
    note = "" if sample == queries else f" (from {sample} queries)"
    return (
        f"| {queries:,} x {database:,} | {loop:.2f} s{note} | {ours:.2f} s "
        f"| {loop / ours:.1f}x | {everything:.2f} s "
        f"| {loop / everything:.1f}x | {memory:.0f} MB |"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--bits", type=int, default=48)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--clock", choices=CLOCKS, default="wall")
    parser.add_argument("--repeats", type=int, default=3)
    options = parser.parse_args()
    print(
        f"{machine()}; Python {platform.python_version()}, "
        f"NumPy {np.__version__}; load {os.getloadavg()[0]:.1f}; "
        f"{options.bits} bits, "
        f"threads={options.threads}, clock={options.clock}, "
        f"median of {options.repeats} runs"
    )
    print(
        "\n| queries x database | argsort loop | MAP | | all metrics | "
        "| extra memory |\n|---|---|---|---|---|---|---|"
    )
    for size in SIZES:
        print(measure(*size, options), flush=True)


if __name__ == "__main__":
    main()
