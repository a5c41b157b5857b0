"""Properties of codes, ties, metrics and protocols, on random examples."""

import itertools
import os
import tempfile
import unittest
from pathlib import Path

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tf_dnnh import codes, files, metrics
from tf_dnnh.data import load_dataset, make_split

# The same examples in every run, however busy the machine is. More of them:
# PROPERTY_EXAMPLES=10000 pytest tests/properties_test.py
settings.register_profile(
    "tests",
    deadline=None,
    derandomize=True,
    database=None,
    max_examples=int(os.environ.get("PROPERTY_EXAMPLES", "100")),
)
settings.load_profile("tests")


@st.composite
def bit_matrices(draw) -> np.ndarray:
    """Draws 0/1 [n, bits]."""
    rows, bits = draw(st.integers(1, 8)), draw(st.integers(1, 70))
    seed = draw(st.integers(0, 2**32 - 1))
    return np.random.default_rng(seed).integers(0, 2, (rows, bits), np.uint8)


@st.composite
def collections(draw) -> tuple[np.ndarray, ...]:
    """Draws heavily tied codes and labels of queries and a database."""
    queries, database = draw(st.integers(1, 4)), draw(st.integers(1, 7))
    bits, seed = draw(st.integers(1, 10)), draw(st.integers(0, 2**32 - 1))
    random = np.random.default_rng(seed)
    sizes = (queries, database)
    packed = [codes.pack(random.integers(0, 2, (n, bits))) for n in sizes]
    labels = [random.integers(0, 2, n) for n in sizes]
    return (*packed, *labels)


def average_precision(relevant: np.ndarray) -> float:
    """Computes the AP of one ranking by its definition."""
    found = np.cumsum(relevant)
    precision = found / np.arange(1, len(relevant) + 1)
    total = relevant.sum()
    return float((precision * relevant).sum() / total) if total else 0.0


class CodesTest(unittest.TestCase):
    @given(bit_matrices())
    def test_unpacking_inverts_packing(self, bits):
        packed = codes.pack(bits)
        self.assertEqual(packed.shape[1], codes.code_bytes(bits.shape[1]))
        np.testing.assert_array_equal(codes.unpack(packed, bits.shape[1]), bits)

    @given(bit_matrices())
    def test_distances_count_different_bits(self, bits):
        packed = codes.pack(bits)
        found = codes.hamming_distance(packed[:, None], packed[None])
        expected = (bits[:, None] != bits[None]).sum(-1)
        np.testing.assert_array_equal(found, expected)


class TiesTest(unittest.TestCase):
    @given(collections())
    def test_expected_map_is_the_mean_over_all_orders_of_ties(self, sample):
        queries, database, query_labels, database_labels = sample
        scores: dict[str, list[float]] = {"best": [], "worst": [], "mean": []}
        for code, label in zip(queries, query_labels, strict=True):
            distances = codes.hamming_distance(code, database)
            relevant = (database_labels == label).astype(int)
            values = [
                average_precision(relevant[list(order)])
                for order in itertools.permutations(range(len(database)))
                if (np.diff(distances[list(order)].astype(int)) >= 0).all()
            ]
            scores["best"].append(max(values))
            scores["worst"].append(min(values))
            scores["mean"].append(float(np.mean(values)))
        for ties, name in (
            ("expected", "mean"),
            ("best", "best"),
            ("worst", "worst"),
        ):
            found = metrics.mean_average_precision(*sample, ties=ties)
            self.assertAlmostEqual(found, float(np.mean(scores[name])), 10)

    @given(collections(), st.randoms())
    def test_the_order_of_the_database_does_not_matter(self, sample, random):
        queries, database, query_labels, database_labels = sample
        order = list(range(len(database)))
        random.shuffle(order)
        found = metrics.mean_average_precision(
            queries, database[order], query_labels, database_labels[order]
        )
        expected = metrics.mean_average_precision(*sample)
        self.assertAlmostEqual(found, expected, 12)


class ProtocolTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.digits = load_dataset("digits")

    @settings(max_examples=25)
    @given(st.integers(0, 2**31 - 1), st.floats(0, 0.5))
    def test_parts_are_disjoint_and_determined_by_the_seed(self, seed, share):
        first, second = (
            make_split(self.digits, "lai2015", seed=seed, validation=share)
            for _ in range(2)
        )
        self.assertEqual(first.sha256(), second.sha256())
        parts = [set(first.queries), set(first.training), set(first.validation)]
        self.assertEqual(len(set.union(*parts)), sum(map(len, parts)))
        self.assertLessEqual(parts[1] | parts[2], set(first.database))
        everything = parts[0] | set(first.database)
        self.assertEqual(everything, set(range(len(self.digits))))


class ListFilesTest(unittest.TestCase):
    @given(st.lists(st.lists(st.text(max_size=9), min_size=2, max_size=2)))
    def test_a_table_keeps_any_text(self, rows):
        import csv

        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "table.csv"
            try:
                files.write_csv(path, ["a", "b"], rows)
            except UnicodeEncodeError:
                # Lone surrogates are no text.
                return
            with path.open(encoding="utf-8", newline="") as lines:
                self.assertEqual(list(csv.reader(lines))[1:], rows)


if __name__ == "__main__":
    unittest.main()
