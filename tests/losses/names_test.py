"""Tests of the names of mining methods and reductions."""

import unittest

from tf_dnnh.losses.names import current_name


class CurrentNameTest(unittest.TestCase):
    def test_leaves_allowed_words_alone(self):
        self.assertEqual(current_name("colour", "red", ("red", "blue")), "red")

    def test_translates_old_names(self):
        for argument, old, new in (
            ("mining", "hardest", "batch_hard"),
            ("reduction", "mean_active", "mean_nonzero"),
        ):
            with self.assertWarnsRegex(
                DeprecationWarning, f"`{argument}={old}` is now called {new};"
            ):
                self.assertEqual(current_name(argument, old, (new,)), new)

    def test_names_the_allowed_words_but_not_the_old_ones(self):
        with self.assertRaisesRegex(
            ValueError, "`colour` must be one of red, blue. Received: 'green'"
        ):
            current_name("colour", "green", ("red", "hardest", "blue"))


if __name__ == "__main__":
    unittest.main()
