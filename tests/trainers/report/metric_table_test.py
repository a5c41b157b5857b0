import unittest

from tf_dnnh import metrics
from trainers.report import metric_table


class ReportMetricsTest(unittest.TestCase):
    def test_the_paper_stands_beside_map_alone(self):
        rows = metric_table.metric_rows({"map_at_1000": 1, "map": 0.5}, 0.581)
        self.assertEqual([row["key"] for row in rows], ["map", "map_at_1000"])
        self.assertEqual([row["paper"] for row in rows], ["0.581", ""])

    def test_unknown_metrics_follow_under_their_key(self):
        rows = metric_table.metric_rows({"new": 0.25, "map": None}, None)
        self.assertEqual(rows[0]["value"], "–")
        self.assertEqual((rows[1]["title"], rows[1]["value"]), ("new", "0.250"))

    def test_says_how_many_results_count(self):
        (row,) = metric_table.metric_rows({"map": 0.5}, None, 5000)
        self.assertIn("first 5,000 results", row["explanation"])

    def test_every_convention_has_words(self):
        conventions = metrics.conventions()
        self.assertEqual(set(conventions), set(metric_table.CONVENTIONS))
        rows = dict(metric_table.convention_rows(conventions, 0.1))
        self.assertEqual(rows["Results that count for MAP"], "all")
        self.assertIn("0.100", rows.values())


if __name__ == "__main__":
    unittest.main()
