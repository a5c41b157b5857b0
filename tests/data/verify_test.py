import contextlib
import io
import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import numpy as np

from tests.data import toy
from tf_dnnh.data import DATASETS, make_split
from tf_dnnh.data.__main__ import main
from tf_dnnh.data.verify import verify


def run(*arguments: str) -> tuple[int, str, str]:
    """Returns exit status, standard output and standard error."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            status = main(["verify", *arguments])
        except SystemExit as error:
            status = error.code
    return status, out.getvalue(), err.getvalue()


def found(dataset, split=None) -> dict[str, list[str]]:
    return {c.name: c.found for c in verify(dataset, split) if c.found}


class ListTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)

    def verify(self, listing: Path) -> tuple[int, str, str]:
        data = f"--data_dir={self.root / 'pictures'}"
        return run("--dataset=image_folder", data, f"--list={listing}")

    def test_every_finding_is_a_row(self):
        toy.write_folder(self.root / "pictures", {"a": 5, "b": 5})
        toy.write(self.root / "pictures" / "a" / "bad.png", b"x")
        toy.write(self.root / "pictures" / "b" / "new.heic", b"x")
        status, _, _ = self.verify(self.root / "problems.csv")
        self.assertEqual(status, 1)
        header, *rows = (self.root / "problems.csv").read_text().splitlines()
        self.assertEqual(header, "problem,name")
        self.assertIn("images of an unread format,b/new.heic", rows)
        self.assertTrue(any("a/bad.png" in row for row in rows))

    def test_a_list_that_cannot_be_written(self):
        toy.write(self.root / "file", b"")
        status, output, errors = self.verify(self.root / "file" / "list.csv")
        self.assertEqual((status, output), (2, ""))
        self.assertRegex(errors, "^error: `--list` .* cannot be written")


class VerifyTest(unittest.TestCase):
    def test_all_is_well(self):
        dataset = toy.toy(np.arange(40) % 2)
        self.assertEqual(found(dataset, make_split(dataset)), {})

    def test_duplicates_and_queries_that_were_copied(self):
        dataset = toy.toy(np.arange(40) % 2)
        split = make_split(dataset)
        query, other = split.queries[0], split.database[0]
        dataset.source.images[other] = dataset.source.images[query]
        result = found(dataset, split)
        self.assertEqual(
            result["pictures both query and database"], [dataset.ids[query]]
        )
        (group,) = result["duplicates"]
        self.assertIn(f"{dataset.ids[query]} [class_", group)
        self.assertIn(dataset.ids[other], group)

    def test_overlap_and_repetition_of_a_changed_split(self):
        dataset = toy.toy(np.arange(40) % 2)
        split = make_split(dataset)
        query = split.queries[0]
        # A split with such content cannot be constructed.
        object.__setattr__(split, "database", np.append(split.database, query))
        object.__setattr__(split, "training", np.repeat(split.training, 2)[1:3])
        result = found(dataset, split)
        self.assertEqual(
            result["queries in the database"], [dataset.ids[query]]
        )

    def test_unlabelled_rows_and_classes_without_images(self):
        labels = np.zeros([5, 3], np.uint8)
        labels[:3, 0] = labels[3, 1] = 1
        result = found(toy.toy(labels))
        self.assertEqual(result["unlabelled images"], ["image_00004"])
        self.assertEqual(result["classes without images"], ["class_2"])


class StartTest(unittest.TestCase):
    def start(self, **environment: str) -> subprocess.CompletedProcess:
        command = "-m tf_dnnh.data verify --dataset=digits"
        return subprocess.run(
            [sys.executable, *command.split()],
            cwd=Path(__file__).parents[2],
            env={**os.environ, **environment},
            capture_output=True,
            text=True,
            check=False,
        )

    def test_tensorflow_starts_without_messages(self):
        finished = self.start()
        self.assertEqual((finished.returncode, finished.stderr), (0, ""))

    def test_another_backend_of_keras(self):
        finished = self.start(KERAS_BACKEND="jax")
        self.assertEqual((finished.returncode, finished.stdout), (2, ""))
        self.assertRegex(finished.stderr, "^error: .*KERAS_BACKEND=jax\n$")


class CommandTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)

    def test_digits(self):
        status, out, err = run("--dataset=digits")
        self.assertEqual((status, err), (0, ""))
        self.assertIn("digits: 1,797 images, 8x8; 10 classes", out)
        self.assertIn("queries          300", out)
        self.assertIn("SHA-256 of split", out)
        self.assertTrue(out.endswith("All is well.\n"))

    def test_image_folder_with_problems(self):
        toy.write_folder(self.root, {"a": 10, "b": 10, "c": 1})
        toy.write(self.root / "a" / "broken.png", b"x")
        toy.write(self.root / "a" / "copy.png", toy.png(seed=0))
        status, out, _ = run(
            "--dataset=image_folder", f"--data_dir={self.root}"
        )
        self.assertEqual(status, 1)
        self.assertRegex(out, r"unreadable images +1  PROBLEM\n +a/broken.png")
        self.assertRegex(
            out, r"duplicates +1  note\n +a/000.png \[a\] = a/copy"
        )
        self.assertRegex(out, r"classes with one image +1  note\n +c")
        self.assertIn("failed", out)

    def test_a_split_that_cannot_be_made_is_a_problem(self):
        toy.write(self.root / "labels.csv", b"0.png,a,train\n1.png,b,train\n")
        toy.write(self.root / "0.png", toy.png(seed=0))
        toy.write(self.root / "1.png", toy.png(seed=1))
        status, out, _ = run(
            "--dataset=image_folder", f"--data_dir={self.root}"
        )
        self.assertEqual(status, 1)
        self.assertRegex(out, r"split +1  PROBLEM\n +The parts given")

    def test_the_split_of_a_run(self):
        toy.write_folder(self.root, {"a": 10, "b": 10})
        flags = ["--dataset=image_folder", f"--data_dir={self.root}"]
        from tf_dnnh.data import load_dataset

        dataset = load_dataset("image_folder", self.root)
        split = make_split(dataset, seed=7)
        split.save(self.root)
        status, out, _ = run(*flags, f"--workdir={self.root}")
        self.assertEqual(status, 0)
        self.assertIn("seed 7", out)
        (self.root / "b" / "005.png").unlink()
        status, out, _ = run(*flags, f"--workdir={self.root}")
        self.assertEqual(status, 1)
        self.assertIn("1 images of the split are not in image_folder", out)

    def test_help_lists_the_data_sets(self):
        _, out, _ = run("--help")
        names = " ".join(out.split()).split("one of ")[1].split(" --")[0]
        self.assertEqual(set(names.split(", ")), set(DATASETS))

    def test_wrong_commands(self):
        status, out, err = run("--dataset=digit")
        self.assertEqual((status, out), (2, ""))
        self.assertRegex(err, "^error: Unknown data set 'digit'.*\n$")
        status, out, err = run("--dataset=digits", "--protocol=full")
        self.assertEqual((status, out), (2, ""))
        self.assertIn("Unknown protocol 'full' for digits", err)
        self.assertEqual(run()[0], 2)
        self.assertEqual(run("--dataset=cifar10", "--data_dir=/no")[0], 2)


if __name__ == "__main__":
    unittest.main()
