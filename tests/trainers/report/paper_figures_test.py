import unittest

from trainers.report import paper_figures


class PaperFiguresTest(unittest.TestCase):
    def test_rows_are_shares_and_the_paper_leads(self):
        for name, table in paper_figures.REPORTED.items():
            best = table.rows[paper_figures.METHOD]
            for method, row in table.rows.items():
                with self.subTest(dataset=name, method=method):
                    self.assertEqual(len(row), len(paper_figures.BITS))
                    self.assertTrue(all(0 < value < 1 for value in row))
                    pairs = zip(row, best, strict=True)
                    self.assertTrue(all(a <= b for a, b in pairs))

    def test_gains_over_ksh_agree_with_the_text(self):
        # The text quotes relative gains of 61.3-82.2 % and 21.2-22.7 %.
        for name, low, high in (
            ("cifar10", 0.613, 0.822),
            ("nuswide", 0.212, 0.227),
        ):
            rows = paper_figures.REPORTED[name].rows
            pairs = zip(rows[paper_figures.METHOD], rows["KSH"], strict=True)
            gains = sorted(ours / ksh - 1 for ours, ksh in pairs)
            with self.subTest(dataset=name):
                self.assertAlmostEqual(gains[0], low, delta=5e-4)
                self.assertAlmostEqual(gains[-1], high, delta=1e-3)

    def test_other_lengths_have_no_figures(self):
        self.assertEqual(paper_figures.REPORTED["svhn"].at(16), {})

    def test_other_protocols_are_not_comparable(self):
        self.assertIsNone(paper_figures.reported("cifar10", "full"))


if __name__ == "__main__":
    unittest.main()
