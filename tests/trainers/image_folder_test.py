"""Tests of training on a folder of few pictures, some of them faulty."""

import contextlib
import io
import json
import pathlib
import tempfile
import unittest

import numpy as np
from PIL import Image

from tf_dnnh.metrics import mean_average_precision
from trainers.main import main

# 200 pictures in very unequal classes.
CLASSES = {"flowers": 120, "野生動物": 50, "été": 25, "rare": 4, "once": 1}
SIZES = ((20, 30), (64, 64), (300, 200), (1, 1), (3, 250), (250, 3))
QUICK = ("--epochs=1", "--bits=16", "--override=image_size=32")


def picture(c: int, size: tuple[int, int], rng: np.random.Generator):
    """Draws a picture in its class's colour, with noise."""
    color = np.array([(200, 40, 40), (40, 200, 40), (40, 40, 200)])[c % 3]
    pixels = color + rng.normal(0, 30, (*size, 3)) + 15 * c
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))


def write_pictures(root: pathlib.Path) -> None:
    """Fills class folders with files of every kind."""
    rng = np.random.default_rng(0)
    exif = Image.Exif()
    for c, (name, count) in enumerate(CLASSES.items()):
        (root / name).mkdir(parents=True)
        for i in range(count):
            image = picture(c, SIZES[i % len(SIZES)], rng)
            path = root / name / f"photo {i:03d} ü.jpg"
            exif[0x0112] = 1 + i % 8
            if i % 10 == 7:
                image.convert("L").save(path.with_suffix(".png"))
            elif i % 10 == 8:
                image.quantize(16).save(path.with_suffix(".GIF"))
            elif i % 10 == 9:
                image.convert("CMYK").save(path)
            else:
                image.save(path, quality=90, exif=exif)


def add_what_does_not_belong(root: pathlib.Path, elsewhere: pathlib.Path):
    """Adds stray and broken files, and pictures that are only linked."""
    (root / "notes.txt").write_text("stray")
    (root / "flowers" / "Thumbs.db").write_bytes(b"x")
    (root / "flowers" / "list.csv").write_text("stray")
    (root / "flowers" / "broken.jpg").write_bytes(b"\xff\xd8\xff\xe0 cut")
    (root / "empty").mkdir()
    elsewhere.mkdir()
    image = picture(0, (40, 40), np.random.default_rng(1))
    image.save(elsewhere / "linked.png")
    (root / "été" / "album").symlink_to(elsewhere)
    (root / "rare" / "one.png").symlink_to(elsewhere / "linked.png")


def train(*arguments: str) -> tuple[int, str, str]:
    """Returns exit status, standard output and error of the command."""
    output, errors = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(output), contextlib.redirect_stderr(errors):
        status = main(
            ["trainers.main", "--dataset=image_folder", *QUICK, *arguments]
        )
    return status, output.getvalue(), errors.getvalue()


class ScratchCase(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        scratch = tempfile.TemporaryDirectory()
        cls.addClassCleanup(scratch.cleanup)
        cls.scratch = pathlib.Path(scratch.name)
        cls.workdir = cls.scratch / "run"

    def read(self, name: str) -> dict:
        return json.loads((self.workdir / name).read_text("utf-8"))


class UnrulyFolderTest(ScratchCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        photos = cls.scratch / "my photos"
        write_pictures(photos)
        add_what_does_not_belong(photos, cls.scratch / "elsewhere")
        # The name of version 0.1.0 is still accepted.
        cls.status, cls.output, cls.errors = train(
            f"--data_dir={photos}",
            f"--workdir={cls.workdir}",
            "--protocol=lai2015",
        )

    def test_it_works(self):
        self.assertEqual(self.status, 0, self.errors)
        self.assertTrue((self.workdir / "report.html").exists())
        self.assertGreater(self.read("result.json")["metrics"]["map"], 0.3)

    def test_map_of_unseen_images_comes_first(self):
        result = self.read("result.json")
        self.assertEqual(result["protocol"], "holdout")
        self.assertEqual(self.read("split.json")["protocol"], "holdout")
        unseen = result["metrics"]["map_unseen"]
        self.assertRegex(
            self.output,
            rf"MAP {unseen:.4f} over database images not trained on, 0\.",
        )

    def test_unseen_images_are_those_that_were_not_trained_on(self):
        split = self.read("split.json")
        with np.load(self.workdir / "codes.npz") as codes:
            new = ~np.isin(codes["database_ids"], split["training"])
            self.assertEqual(new.sum(), len(split["validation"]))
            wanted = mean_average_precision(
                codes["query_codes"],
                codes["database_codes"][new],
                codes["query_labels"],
                codes["database_labels"][new],
            )
        metrics = self.read("result.json")["metrics"]
        self.assertAlmostEqual(metrics["map_unseen"], wanted, places=14)

    def test_every_class_is_queried_but_that_of_one_image(self):
        split = self.read("split.json")
        counts = split["counts"]
        self.assertEqual(counts["queries"] + counts["database"], 202)
        classes = [name.split("/")[0] for name in split["queries"]]
        self.assertEqual(set(classes), set(CLASSES) - {"once"})
        self.assertEqual(classes.count("flowers"), 12)
        database = {name.split("/")[0] for name in split["database"]}
        self.assertEqual(database, set(CLASSES))

    def test_what_is_odd_is_said(self):
        for text in (
            "1 images do not decode and are left out, first flowers/broken",
            "2 files are not images of a class, first notes.txt",
            "1 class folders hold no image, first empty",
            "1 classes have one image, which cannot be a query, first once",
        ):
            self.assertIn(text, self.errors)
        notes = self.read("split.json")["notes"]
        self.assertEqual(notes["unreadable"], 1)
        self.assertEqual(notes["single_image"], 1)
        problems = (self.workdir / "data_problems.csv").read_text("utf-8")
        self.assertIn("single_image,once", problems)


class MultiLabelTest(ScratchCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        rng = np.random.default_rng(0)
        lines = ["path,labels,split"]
        names = np.array(["meer", "sky", "été"])
        for i in range(200):
            shown = rng.random(3) < 0.5
            image = picture(int(shown @ [1, 2, 4]), (24, 24), rng)
            image.save(cls.scratch / f"{i}.png")
            part = "query" if i < 30 else ""
            lines.append(f"{i}.png,{';'.join(names[shown])},{part}")
        listing = cls.scratch / "labels.csv"
        listing.write_text("\n".join(lines), "utf-8")
        cls.status, _, cls.errors = train(
            f"--data_dir={cls.scratch}", f"--workdir={cls.workdir}"
        )

    def test_it_works(self):
        self.assertEqual(self.status, 0, self.errors)
        metrics = self.read("result.json")["metrics"]
        self.assertIn("ndcg_at_100", metrics)

    def test_unlabelled_images_are_left_out_and_counted(self):
        split = self.read("split.json")
        counts, notes = split["counts"], split["notes"]
        self.assertGreater(notes["unlabelled"], 10)
        self.assertEqual(notes["unlabelled_rule"], "exclude")
        used = counts["queries"] + counts["database"]
        self.assertEqual(used + notes["unlabelled"], 200)
        self.assertLessEqual(
            set(split["queries"]), {f"{i}.png" for i in range(30)}
        )
        problems = (self.workdir / "data_problems.csv").read_text()
        self.assertEqual(problems.count("unlabelled,"), notes["unlabelled"])


if __name__ == "__main__":
    unittest.main()
