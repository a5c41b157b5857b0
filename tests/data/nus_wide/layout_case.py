"""A small copy of NUS-WIDE, to be written in any layout."""

import numpy as np

from tests.data import toy
from tests.data.nus_wide.copies import CopyCase, write_lines
from tf_dnnh.data import load_dataset
from tf_dnnh.data.nus_wide.concepts import CONCEPTS_21

IMAGES = 60
NUMBERS = [2_124_494_179 + i for i in range(IMAGES)]
FILES = [f"{i:04d}_{number}.jpg" for i, number in enumerate(NUMBERS)]
# As in the real set, the counts fall from sky to mountain, and the rarest
# concepts have enough images for the protocols below.
RANKS = [i % 21 for i in range(IMAGES)]
LABELS_21 = np.array(
    [[rank <= 20 - column for column in range(21)] for rank in RANKS], np.uint8
)
QUERIES, TRAINING = range(0, 10), range(10, 30)
DATABASE = range(10, IMAGES)


def row(i: int, order: list[str] | None = None, width: int = 21) -> str:
    """Returns the labels of an image; by frequency unless an order is given."""
    columns = [CONCEPTS_21.index(name) for name in order or CONCEPTS_21]
    return " ".join(str(LABELS_21[i, column]) for column in columns[:width])


class LayoutCase(CopyCase):
    def pictures(self, folder: str = "images", names=None) -> None:
        for i, name in enumerate(names or FILES):
            toy.write(self.root / folder / name, toy.png(seed=i))

    def lines(self, name: str, lines, end: str = "\n") -> None:
        write_lines(self.root / name, lines, end)

    def load(self, protocol: str = "lists", **options):
        return load_dataset("nuswide", self.root, protocol=protocol, **options)

    def check(self, dataset, ids=FILES) -> None:
        """Checks ids and labels of all images."""
        order = np.argsort(dataset.ids)
        self.assertEqual(sorted(dataset.ids), sorted(ids))
        columns = [CONCEPTS_21.index(name) for name in dataset.class_names]
        np.testing.assert_array_equal(
            dataset.labels[order],
            LABELS_21[np.argsort(ids)][:, columns],
        )
