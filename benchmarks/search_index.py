"""How fast is `HammingIndex`, compared with plain indexes of faiss?

    python -m benchmarks.search_index --workdir=RUN

Measures on the trained codes of a run, repeated with noise to each of
`--sizes`, and on random codes. Prints Markdown tables: k nearest by scanning,
radius 2, approximate kinds, and what an index costs to build, keep and open.
Both sides of a comparison take turns, and each figure is the best round. All
answers that must be equal are compared, too.

Noise flips bits at random, as many as makes a tenth of the run's codes,
repeated ten times, have as many distinct codes as all of them have.
"""

import argparse
import os
import pathlib
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from tf_dnnh.search import HammingIndex
from tf_dnnh.search.hamming import faiss_library
from tf_dnnh.search.hamming.padding import keys, pad
from tools.machine import machine

faiss = faiss_library.load()
CLOCKS = {"wall": time.perf_counter, "cpu": time.process_time}
RADIUS = 2
OPEN = """
import sys, time
start = time.perf_counter()
import numpy as np
from tf_dnnh.search import HammingIndex
from tools.machine import peak_bytes
index = HammingIndex.load(sys.argv[1], check=sys.argv[2] == "True")
loaded = time.perf_counter()
index.search(index.codes_of(index.ids[:1]), 10)
print(loaded - start, time.perf_counter() - start, peak_bytes())
"""


def flipped(
    packed: np.ndarray, count: int, noise: float, rng: np.random.Generator
) -> np.ndarray:
    """Returns codes repeated to `count`, with a share of bits flipped."""
    repeated = np.resize(packed, (count, packed.shape[1]))
    bits = 8 * repeated.size
    # Some bits are drawn twice, and flipped back.
    draws = rng.poisson(-np.log1p(-2 * noise) / 2 * bits)
    at = rng.integers(0, bits, draws)
    one = np.uint8(1) << (at % 8).astype(np.uint8)
    np.bitwise_xor.at(repeated.reshape(-1), at // 8, one)
    return repeated


def distinct(packed: np.ndarray) -> int:
    """Returns the number of different codes."""
    return len(np.unique(keys(pad(packed, 8 * packed.shape[1]))))


def natural_noise(packed: np.ndarray) -> float:
    """Returns the share of bits to flip, as explained above."""
    wanted, low, high = distinct(packed), 0.0, 0.5
    order = np.random.default_rng(0).permutation(len(packed))
    tenth = packed[order[: max(1, len(packed) // 10)]]
    for _ in range(12):
        middle = (low + high) / 2
        rng = np.random.default_rng(0)
        found = distinct(flipped(tenth, len(packed), middle, rng))
        low, high = (middle, high) if found < wanted else (low, middle)
    return low


class Case:
    """Codes and queries, a plain index of faiss and ours.

    Args:
        name: for the tables.
        packed: uint8 [n, bytes], of whole bytes.
        queries: uint8 [q, bytes].
    """

    def __init__(
        self, name: str, packed: np.ndarray, queries: np.ndarray
    ) -> None:
        self.bits = 8 * packed.shape[1]
        self.packed, self.queries = packed, queries
        self.padded = pad(packed, self.bits)
        self.wide = pad(queries, self.bits)
        self.plain = faiss.IndexBinaryFlat(8 * self.padded.shape[1])
        self.plain_seconds = seconds(lambda: self.plain.add(self.padded))
        self.index = HammingIndex(self.bits)
        self.add_seconds = seconds(lambda: self.index.add(packed))
        self.first_seconds = seconds(lambda: self.index.search(queries[:1], 1))
        self.name = f"{name}, {len(packed):,}"

    def other(self, kind: str) -> tuple[HammingIndex, float]:
        """Returns an index of another kind, and the seconds it took."""
        index = HammingIndex(self.bits, kind)

        def build() -> None:
            index.add(self.packed)
            if kind == "hash":
                index.range_search(self.queries[:1], RADIUS)
            else:
                index.search(self.queries[:1], 1)

        return index, seconds(build)


def seconds(function: Callable[[], object]) -> float:
    """Returns the time that a call takes."""
    start = time.perf_counter()
    function()
    return time.perf_counter() - start


def rates(
    case: Case, functions: list[Callable[[], Any]], options: argparse.Namespace
) -> list[float]:
    """Returns queries per second of functions that take turns."""
    clock = CLOCKS[options.clock]
    best = [float("inf")] * len(functions)
    for _ in range(options.rounds):
        for i, function in enumerate(functions):
            start = clock()
            function()
            best[i] = min(best[i], clock() - start)
    return [len(case.queries) / max(one, 1e-9) for one in best]


def check_equal(ours: Any, theirs: Any) -> None:
    """Raises AssertionError unless two arrays are equal."""
    np.testing.assert_array_equal(np.asarray(ours), np.asarray(theirs))


def scan_rows(case: Case, options: argparse.Namespace) -> list[str]:
    """Compares `flat` with the plain index: k nearest."""
    rows = []
    for threads in dict.fromkeys((1, os.cpu_count() or 1)):
        faiss.omp_set_num_threads(threads)
        for k in options.k:
            for ours, theirs in zip(
                case.index.search(case.queries, k),
                case.plain.search(case.wide, k),
                strict=True,
            ):
                check_equal(ours, theirs)
            plain, flat = rates(
                case,
                [
                    lambda k=k: case.plain.search(case.wide, k),
                    lambda k=k: case.index.search(case.queries, k),
                ],
                options,
            )
            rows.append(
                f"| {case.name} | {case.index.distinct_count:,} | {k} "
                f"| {threads} | {plain:,.0f} | {flat:,.0f} "
                f"| {flat / plain:.2f}x |"
            )
    return rows


def radius_row(case: Case, options: argparse.Namespace) -> str:
    """Compares lookups within the radius: plain, `flat` and `hash`."""
    table = faiss.IndexBinaryHash(
        case.plain.d, max(8, len(case.packed).bit_length())
    )
    table.nflip = RADIUS
    table.add(case.padded)
    index, _ = case.other("hash")
    limits, _, ids = case.index.range_search(case.queries, RADIUS)
    for ours, theirs in zip(
        index.range_search(case.queries, RADIUS),
        case.index.range_search(case.queries, RADIUS),
        strict=True,
    ):
        check_equal(ours, theirs)
    check_equal(
        limits, case.plain.range_search(case.wide, RADIUS + 1)[0].astype(int)
    )
    found = rates(
        case,
        [
            lambda: case.plain.range_search(case.wide, RADIUS + 1),
            lambda: table.range_search(case.wide, RADIUS + 1),
            lambda: case.index.range_search(case.queries, RADIUS),
            lambda: index.range_search(case.queries, RADIUS),
        ],
        options,
    )
    cells = " | ".join(f"{rate:,.0f}" for rate in found)
    return f"| {case.name} | {len(ids) / len(case.queries):,.0f} | {cells} |"


def approximate_rows(case: Case, options: argparse.Namespace) -> list[str]:
    """Measures `ivf` and `hnsw`: recall of the ten nearest, by distance."""
    rows = []
    expected, _ = case.index.search(case.queries, 10)
    for kind in options.approximate:
        index, built = case.other(kind)
        distances, _ = index.search(case.queries, 10)
        recall = np.mean(distances <= expected[:, -1:])
        flat, ours = rates(
            case,
            [
                lambda: case.index.search(case.queries, 10),
                lambda index=index: index.search(case.queries, 10),
            ],
            options,
        )
        rows.append(
            f"| {case.name} | `{kind}` | {built:.1f} s | {recall:.4f} "
            f"| {ours:,.0f} | {ours / flat:.1f}x |"
        )
    return rows


def cost_row(case: Case) -> str:
    """Measures what `flat` costs to build, keep, save and open."""
    with tempfile.TemporaryDirectory() as folder:
        saved = seconds(lambda: case.index.save(folder))
        files = pathlib.Path(folder).iterdir()
        disk = sum(file.stat().st_size for file in files) / len(case.packed)
        opened = [opening(folder, check) for check in (True, False)]
    arrays = case.index._contents.arrays().values()
    memory = (
        sum(array.nbytes for array in arrays)
        + case.index._engine("flat", case.index._contents).codes.nbytes
    )
    one = seconds_of_one(case)
    return (
        f"| {case.name} | {case.plain_seconds:.2f} s "
        f"| {case.add_seconds + case.first_seconds:.2f} s | {saved:.2f} s "
        f"| {memory / len(case.packed):.1f} | {disk:.1f} "
        f"| {opened[0]} | {opened[1]} | {1000 * one:.2f} ms |"
    )


def opening(folder: str, check: bool) -> str:
    """Opens an index in another process: seconds to the first answer."""
    run = subprocess.run(
        [sys.executable, "-c", OPEN, folder, str(check)],
        capture_output=True,
        text=True,
        check=True,
    )
    _, answered, peak = map(float, run.stdout.split())
    return f"{answered:.2f} s, {peak / 1e6:,.0f} MB"


def seconds_of_one(case: Case) -> float:
    """Returns the median time of a single query for its ten nearest."""
    times = [
        seconds(lambda query=query: case.index.search(query[None], 10))
        for query in case.queries[:100]
    ]
    return float(np.median(times))


TABLES = {
    "Ten or a hundred nearest, by scanning": (
        "| codes | distinct | k | threads | plain faiss, queries/s "
        "| `flat`, queries/s | |\n|---|---:|---:|---:|---:|---:|---:|"
    ),
    f"All within radius {RADIUS}": (
        "| codes | answers per query | plain faiss, queries/s "
        "| faiss hash | `flat` | `hash` |\n|---|---:|---:|---:|---:|---:|"
    ),
    "Approximate kinds, ten nearest": (
        "| codes | kind | built in | recall | queries/s | relative to `flat` |"
        "\n|---|---|---:|---:|---:|---:|"
    ),
    "Costs of `flat`": (
        "| codes | plain faiss built in | `flat` built in | saved in "
        "| bytes per code, in memory | on disk | opened and first answer "
        "| unchecked | single query |"
        "\n|---|---:|---:|---:|---:|---:|---:|---:|---:|"
    ),
}


def cases(options: argparse.Namespace) -> Any:
    """Yields the cases, one at a time, since they are large."""
    rng = np.random.default_rng(options.seed)
    names = ["random"]
    if options.workdir:
        names.insert(0, "trained")
        with np.load(options.workdir / "codes.npz") as arrays:
            base, asked = arrays["database_codes"], arrays["query_codes"]
        noise = natural_noise(base)
        print(
            f"Trained codes: {len(base):,}, {distinct(base):,} of them "
            f"distinct; {100 * noise:.2f} % of bits flipped.\n"
        )
    for name in names:
        for size in options.sizes:
            count = max(100, options.queries * min(options.sizes) // size)
            if name == "trained":
                queries = np.resize(asked, (count, asked.shape[1]))
                yield Case(name, flipped(base, size, noise, rng), queries)
            else:
                shape = options.bits // 8
                packed = rng.integers(0, 256, (size, shape), np.uint8)
                queries = rng.integers(0, 256, (count, shape), np.uint8)
                yield Case(name, packed, queries)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--workdir", type=pathlib.Path, help="a finished run")
    parser.add_argument(
        "--sizes", type=int, nargs="+", default=[1_000_000, 10_000_000]
    )
    parser.add_argument(
        "--queries", type=int, default=1000, help="fewer for larger sizes"
    )
    parser.add_argument("--k", type=int, nargs="+", default=[10, 100])
    parser.add_argument("--bits", type=int, default=48, help="of random codes")
    parser.add_argument(
        "--approximate", nargs="*", default=["ivf"], help="ivf, hnsw"
    )
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--clock", choices=CLOCKS, default="wall")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    print(
        f"{machine()}; Python {platform.python_version()}, "
        f"NumPy {np.__version__}, faiss {faiss.__version__}; "
        f"load {os.getloadavg()[0]:.1f}; clock={options.clock}, best of "
        f"{options.rounds} rounds, seed {options.seed}\n"
    )
    rows: dict[str, list[str]] = {title: [] for title in TABLES}
    for case in cases(options):
        scans, radius, approximate, costs = rows.values()
        scans += scan_rows(case, options)
        radius.append(radius_row(case, options))
        if len(case.packed) == min(options.sizes):
            approximate += approximate_rows(case, options)
        costs.append(cost_row(case))
        print(f"measured: {case.name}", file=sys.stderr)
    for title, header in TABLES.items():
        print(f"### {title}\n\n{header}", *rows[title], "", sep="\n")


if __name__ == "__main__":
    main()
