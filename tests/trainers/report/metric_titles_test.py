import unittest

from tf_dnnh import metrics
from trainers.report.metric_titles import CONVENTIONS


class MetricTitlesTest(unittest.TestCase):
    def test_every_convention_has_words(self):
        conventions = metrics.conventions() | {"validation": "held_out"}
        self.assertEqual(set(conventions), set(CONVENTIONS))
        for key, value in conventions.items():
            if CONVENTIONS[key][1]:
                self.assertIn(value, CONVENTIONS[key][1])


if __name__ == "__main__":
    unittest.main()
