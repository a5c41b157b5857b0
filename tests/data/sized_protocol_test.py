import unittest

import numpy as np

from tests.data import toy
from tf_dnnh.data import DataError, make_split


def dataset(*counts: int, name: str = "cifar10"):
    labels = np.repeat(np.arange(len(counts)), counts)
    return toy.toy(labels, name=name, size=1)


class SizesTest(unittest.TestCase):
    def test_other_sizes_are_drawn_and_named(self):
        sizes = {"queries_per_class": 7, "training_per_class": 30}
        split = make_split(dataset(100, 200), sizes=sizes)
        self.assertEqual(list(split.counts().values()), [14, 286, 60, 0])
        self.assertEqual(
            split.protocol,
            "lai2015[queries_per_class=7,training_per_class=30]",
        )

    def test_the_protocols_own_sizes_change_nothing(self):
        own = {"queries_per_class": 100, "training_per_class": 500}
        data = dataset(700, 800)
        split = make_split(data, "lai2015", sizes=own)
        self.assertEqual(split.protocol, "lai2015")
        self.assertEqual(split.sha256(), make_split(data).sha256())

    def test_sizes_that_a_protocol_does_not_have(self):
        with self.assertRaisesRegex(
            DataError, "no size 'queries': its sizes are queries_per_class, "
        ):
            make_split(dataset(100, 200), sizes={"queries": 7})
        with self.assertRaisesRegex(DataError, "its sizes are fixed"):
            make_split(
                dataset(100, 200, name="image_folder"), sizes={"queries": 7}
            )

    def test_an_error_names_small_classes_and_sizes_that_fit(self):
        data = dataset(60, 700, 90, 30)
        with self.assertRaisesRegex(
            DataError,
            "needs 600 images of each class of cifar10, but 'class_3' has 30, "
            "'class_0' has 60, 'class_2' has 90: ",
        ) as caught:
            make_split(data)
        words = str(caught.exception).strip(".").replace(",", "").split()
        flags = [w for w in words if w.startswith("--override=")]
        sizes = {}
        for flag in flags:
            name, value = flag.removeprefix("--override=").split("=")
            sizes[name] = int(value)
        self.assertEqual(
            set(sizes), {"queries_per_class", "training_per_class"}
        )
        self.assertGreater(sum(sizes.values()), 20)
        make_split(data, sizes=sizes)

    def test_many_small_classes_are_counted(self):
        with self.assertRaisesRegex(DataError, "'class_4' has 9 and 3 more: "):
            make_split(dataset(*[9] * 8))

    def test_protocols_that_fit_are_named(self):
        labels = toy.random_multi_labels(3000, classes=5, share=0.3)
        data = toy.toy(labels, name="nuswide", size=1)
        with self.assertRaisesRegex(DataError, "--protocol=mini, which fits"):
            make_split(data, sizes={"training_per_class": 5000})
        with self.assertRaisesRegex(
            DataError, "15,000 labelled images .*--override=queries=[1-9]"
        ):
            make_split(data, "hashnet81")

    def test_a_class_that_others_take_from(self):
        labels = np.zeros([80, 2], np.uint8)
        labels[:, 0] = labels[:70, 1] = 1
        data = toy.toy(labels, name="nuswide", size=1)
        with self.assertRaisesRegex(DataError, "no other class took: "):
            make_split(data, "mini")


class ListedTest(unittest.TestCase):
    def listed(self, training: int):
        part = ["queries"] * 10 + ["database+training"] * training
        part += ["database"] * (90 - training)
        labels = np.eye(3, dtype=np.uint8)[np.arange(100) % 3]
        return toy.toy(labels, name="nuswide", partition=part, size=1)

    def test_training_images_are_drawn_from_the_database(self):
        data = self.listed(0)
        with self.assertRaisesRegex(
            DataError, "--override=training_per_class=500"
        ):
            make_split(data, "lists")
        split = make_split(data, "lists", sizes={"training_per_class": 5})
        self.assertEqual(list(split.counts().values()), [10, 90, 15, 0])
        self.assertTrue(np.isin(split.training, split.database).all())
        split = make_split(data, "lists", sizes={"training": 8})
        self.assertEqual(len(np.unique(split.training)), 8)

    def test_or_from_those_listed(self):
        split = make_split(self.listed(40), "lists", sizes={"training": 8})
        self.assertTrue((split.training < 50).all())
        self.assertEqual(split.protocol, "lists[training=8]")


if __name__ == "__main__":
    unittest.main()
