import html.parser
import json
import os
import pathlib
import re
import tempfile
import unittest

import numpy as np

from tests.trainers import run_folder
from tf_dnnh.runs.run_error import RunError
from trainers.report.page import write_report

VOID = {"meta", "link", "img", "br"}
FILES = (
    "config.json",
    "result.json",
    "split.json",
    "curves.csv",
    "history.csv",
    "codes.npz",
    "neighbours.npz",
)


class _Page(html.parser.HTMLParser):
    """Collects tags, attributes and visible text; checks the nesting."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.words: list[str] = []
        self.feed(text)
        self.close()
        self.text = " ".join(" ".join(self.words).split())

    def handle_starttag(self, tag, attrs):
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.attributes += [(tag, name, value or "") for name, value in attrs]

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            raise AssertionError(f"</{tag}> closes nothing at {self.getpos()}")

    def handle_data(self, data):
        if self.open and self.open[-1] != "style":
            self.words.append(data)

    def values(self, name: str) -> list[str]:
        return [value for _, other, value in self.attributes if other == name]


def unseen_added(result: dict, value: float | None = 0.412) -> dict:
    metrics = result["metrics"]
    added = {"map": metrics["map"], "map_unseen": value}
    return result | {"metrics": added | metrics}


class ReportTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.workdir = pathlib.Path(folder.name) / "run"

    def page(self, **options) -> _Page:
        run_folder.make_run_folder(self.workdir, **options)
        return self.written()

    def written(self) -> _Page:
        path = write_report(self.workdir)
        self.assertEqual(path, self.workdir / "report.html")
        self.html = path.read_text(encoding="utf-8")
        page = _Page(self.html)
        self.assertEqual(page.open, [])
        return page

    def change(self, name: str, **values) -> None:
        """Changes keys of a JSON file, or arrays of an NPZ file."""
        self.edit(name, lambda content: content | values)

    def remove(self, name: str, key: str) -> None:
        """Takes a key out of a JSON file, or an array out of an NPZ file."""
        self.edit(
            name, lambda content: {k: content[k] for k in content if k != key}
        )

    def edit(self, name: str, function) -> None:
        path = self.workdir / name
        if path.suffix == ".json":
            path.write_text(json.dumps(function(json.loads(path.read_text()))))
            return
        with np.load(path) as arrays:
            content = dict(arrays)
        np.savez(path, **function(content))

    def test_loads_nothing_from_anywhere(self):
        page = self.page()
        for name in ("src", "href"):
            for value in page.values(name):
                # Files of the run lie beside the page.
                self.assertRegex(value, r"^(data:|#|[a-z_]+\.(json|csv|npz)$)")
        self.assertNotRegex(self.html, r"url\(|@import|https?:|<script")
        self.assertIn("default-src 'none'", self.html)

    def test_anchors_and_ids_are_whole(self):
        page = self.page()
        ids = page.values("id")
        self.assertEqual(len(ids), len(set(ids)))
        targets = {v[1:] for v in page.values("href") if v.startswith("#")}
        self.assertLessEqual(targets, set(ids))
        self.assertGreaterEqual(len(targets), 6)

    def test_shows_metrics_beside_the_paper(self):
        page = self.page()
        for text in (
            "CIFAR-10 in 48 bits",
            "20 queries against 200 images",
            "0.593",
            "0.587–0.601",
            "0.581",
            "+0.012",
            "as reported",
            "0.271",
            "✓ healthy",
            "37 min 1 s",
        ):
            self.assertIn(text, page.text)
        self.assertNotIn("collapsed", page.text)

    def test_shows_map_of_unseen_images_second(self):
        run_folder.make_run_folder(self.workdir)
        self.edit("result.json", unseen_added)
        page = self.written()
        self.assertIn("MAP 0.593", page.text)
        self.assertIn("0.412 unseen images MAP over those not", page.text)
        self.assertIn("MAP of unseen images 0.412", page.text)

    def test_shows_it_first_where_the_database_was_trained_on(self):
        run_folder.make_run_folder(self.workdir, dataset="image_folder")
        self.edit("result.json", unseen_added)
        page = self.written()
        self.assertIn("48 bits: MAP 0.412", page.text)
        self.assertIn("0.412 mean average precision over images", page.text)
        self.assertIn("0.593 all images", page.text)
        self.assertIn("this run 0.412", page.text)

    def test_a_result_without_unseen_images(self):
        run_folder.make_run_folder(self.workdir, dataset="image_folder")
        self.assertIn("48 bits: MAP 0.593", self.written().text)
        self.edit("result.json", lambda result: unseen_added(result, None))
        page = self.written()
        self.assertIn("48 bits: MAP 0.593", page.text)
        self.assertIn("MAP of unseen images –", page.text)

    def test_compares_with_the_paper_only_under_its_protocol(self):
        run_folder.make_run_folder(self.workdir)
        self.change("result.json", protocol="full")
        self.assertNotIn("as reported", self.written().text)

    def test_a_length_the_paper_lacks_still_shows_its_table(self):
        page = self.page(bits=16)
        self.assertIn("The paper's table", page.text)
        self.assertNotIn("this run minus the paper", page.text)

    def test_twelve_bits_are_padded_to_two_bytes(self):
        page = self.page(bits=12)
        self.assertEqual(len(re.findall('<rect class="bar', self.html)), 12)
        self.assertIn("0.552", page.text)

    def test_multi_label(self):
        page = self.page(multi_label=True, dataset="nuswide")
        # Five classes, two neighbours per image: three sets touch.
        self.assertIn("chance 0.600", page.text)
        self.assertIn("were not compared with a second source", page.text)

    def test_plots_every_column_of_the_history(self):
        self.page()
        self.assertEqual(len(re.findall('id="plot-', self.html)), 11)

    def test_without_validation_there_is_no_plot_of_it(self):
        page = self.page(validation=False)
        self.assertNotIn("Validation MAP", page.text)
        self.assertIn("Learning rate", page.text)

    def test_a_collapsed_run_raises_the_alarm(self):
        page = self.page(collapsed=True)
        self.assertIn("alert", page.values("role"))
        self.assertIn("The codes collapsed", page.text)
        self.assertIn("✗ collapsed", page.text)
        self.assertNotIn("healthy", page.text)

    def test_bits_that_repeat_each_other_are_called_weak(self):
        run_folder.make_run_folder(self.workdir, bits=12)
        with np.load(self.workdir / "codes.npz") as arrays:
            packed = arrays["database_codes"]
        bits = np.unpackbits(packed, axis=1, count=12)
        bits[:, 4] = bits[:, 1]
        # `result.json` of an older version: without grade and reasons.
        self.change("codes.npz", database_codes=np.packbits(bits, axis=1))
        page = self.written()
        self.assertIn("! weak", page.text)
        self.assertIn(
            "Bits 2 and 5 repeat each other (correlation +1.000).", page.text
        )
        self.assertNotIn("The most correlated", page.text)
        self.assertNotIn("healthy", page.text)

    def test_shows_the_grade_and_the_reasons_of_the_result(self):
        run_folder.make_run_folder(self.workdir)
        result = json.loads((self.workdir / "result.json").read_text())
        health = result["bit_health"]
        health |= {"grade": "weak", "reasons": ["Why not?"]}
        self.change("result.json", bit_health=health)
        page = self.written()
        self.assertIn("! weak", page.text)
        self.assertIn("Why not?", page.text)

    def test_every_metric_has_a_row(self):
        run_folder.make_run_folder(self.workdir)
        metrics = {"map": 0.5, "recall_radius_2": None, "new": 0.25}
        metrics |= {"map_best_ties": 0.6, "map_worst_ties": 0.4}
        conventions = {"map_top_n": 5000, "other": "x"}
        self.change("result.json", metrics=metrics, conventions=conventions)
        page = self.written()
        for text in (
            "Mean average precision (MAP) 0.500 0.581",
            "Recall within radius 2 –",
            "new 0.250",
            "Only the first 5,000 results count.",
            "Results that count for MAP 5000",
            "other x",
        ):
            self.assertIn(text, page.text)

    def test_plots_columns_that_it_does_not_know(self):
        run_folder.make_run_folder(self.workdir)
        path = self.workdir / "history.csv"
        path.write_text("epoch,loss,grad_norm\n1,0.5,2\n2,0.4,1\n")
        page = self.written()
        self.assertEqual(len(re.findall('id="plot-', self.html)), 7)
        self.assertIn("grad norm", page.text)

    def test_marks_neighbours_by_sign_and_words(self):
        page = self.page()
        with np.load(self.workdir / "neighbours.npz") as arrays:
            relevant = arrays["neighbour_relevant"]
        words = page.values("alt")
        self.assertEqual(
            sum(", relevant" in text for text in words), relevant.sum()
        )
        self.assertEqual(
            sum(", irrelevant" in text for text in words), (~relevant).sum()
        )
        # The key has one more tick and cross, the verdict one more tick.
        self.assertEqual(self.html.count("✓"), relevant.sum() + 2)
        self.assertEqual(self.html.count("✗"), (~relevant).sum() + 1)

    def test_says_at_once_why_codes_are_weak(self):
        run_folder.make_run_folder(self.workdir)
        health = json.loads((self.workdir / "result.json").read_text())
        health = health["bit_health"] | {"grade": "weak", "reasons": ["Few."]}
        self.change("result.json", bit_health=health)
        page = self.written()
        self.assertIn("Why weak? Few.", page.text)
        self.assertLess(page.text.index("Few."), page.text.index("Metrics"))

    def test_no_metric_goes_beyond_the_database(self):
        page = self.page()
        self.assertNotIn("MAP of the first 1,000", page.text)
        # 40 of 200 database images are relevant to a query.
        self.assertIn("Precision at 100 0.642 at best 0.400", page.text)

    def test_compares_classes(self):
        page = self.page()
        for text in ("MAP per class", "Confusion", "Distances"):
            self.assertIn(text, page.text)
        self.assertIn("plot-distances", self.html)
        rows = re.findall('class="own"', self.html)
        self.assertEqual(len(rows), len(run_folder.CLASSES))

    def test_marks_the_chosen_epoch(self):
        run_folder.make_run_folder(self.workdir)
        self.change("result.json", epoch=7)
        page = self.written()
        self.assertIn("the dashed line marks the chosen epoch, 7", page.text)
        self.assertIn("<title>chosen: epoch 7</title>", self.html)

    def test_a_loss_that_falls_far_has_a_logarithmic_axis(self):
        run_folder.make_run_folder(self.workdir)
        path = self.workdir / "history.csv"
        path.write_text("epoch,loss\n1,1.0\n2,0.01\n3,0.0001\n")
        self.written()
        plot = self.html.split('id="plot-loss"')[1].split("</svg>")[0]
        self.assertIn(">0.01</text>", plot)
        self.assertIn(">1</text>", plot)

    def test_neighbours_have_names_ties_and_precisions(self):
        run_folder.make_run_folder(self.workdir)
        with np.load(self.workdir / "neighbours.npz") as arrays:
            shape = arrays["neighbour_distance"].shape
        ids = np.array([f"cat/{n}.jpg" for n in range(np.prod(shape))])
        self.change(
            "neighbours.npz",
            query_ids=np.array(["dog/q.jpg"] * shape[0]),
            neighbour_ids=ids.reshape(shape),
            query_precision=np.linspace(0.125, 1, shape[0]),
            tied=np.full(shape[0], 1234),
        )
        page = self.written()
        self.assertIn("the worst queries first", page.text)
        self.assertIn("average precision 0.125", page.text)
        self.assertIn("1,234 images at distance", page.text)
        self.assertIn("cat/7.jpg", page.text)
        self.assertIn("dog/q.jpg", page.values("title"))

    def test_shows_codes_as_points_with_pictures(self):
        run_folder.make_run_folder(self.workdir)
        random = np.random.default_rng(0)
        self.change(
            "neighbours.npz",
            plane_points=random.random((30, 2), np.float32),
            plane_labels=np.array(["cat", "dog", "owl"] * 10),
            plane_images=random.integers(0, 256, (30, 8, 8, 3), np.uint8),
        )
        page = self.written()
        self.assertIn("Codes in a plane", page.text)
        self.assertEqual(self.html.count('class="point"'), 30)
        self.assertEqual(self.html.count('<image href="data:'), 30 + 2)

    def test_date_machine_and_files(self):
        run_folder.make_run_folder(self.workdir)
        self.change("result.json", date="2026-01-02", machine="Some CPU")
        page = self.written()
        self.assertIn("date 2026-01-02", page.text)
        self.assertIn("Machine: Some CPU.", page.text)
        self.assertIn("codes.npz", page.values("href"))

    def test_every_picture_has_words(self):
        page = self.page()
        pictures = [tag for tag, name, _ in page.attributes if name == "src"]
        self.assertEqual(len(pictures), len(page.values("alt")))
        for svg in re.findall(r"<svg[^>]*>", self.html):
            self.assertIn('role="img"', svg)
            self.assertIn("aria-label=", svg)

    def test_hostile_names_stay_text(self):
        evil = ('"><img src=x onerror=alert(1)>', "<b>&amp;", "'quoted'")
        run_folder.make_run_folder(self.workdir, classes=evil)
        self.change("config.json", data_dir="</code><script>alert(2)</script>")
        self.change("result.json", backbone="<i>net</i>")
        page = self.written()
        self.assertNotIn("<script", self.html)
        self.assertNotIn("onerror", [name for _, name, _ in page.attributes])
        self.assertNotIn("<i>", self.html)
        self.assertIn("<b>&amp;", page.text)

    def test_stays_small_with_large_pictures(self):
        run_folder.make_run_folder(self.workdir)
        random = np.random.default_rng(0)
        shape = (12, 11, 128, 128, 3)
        images = random.integers(0, 256, shape, np.uint8)
        self.change(
            "neighbours.npz",
            query_images=images[:, 0],
            neighbour_images=images[:, 1:],
            neighbour_distance=np.zeros((12, 10), int),
            neighbour_relevant=np.ones((12, 10), bool),
            query_labels=np.full(12, "cat"),
            neighbour_labels=np.full((12, 10), "cat"),
        )
        page = self.written()
        self.assertLess(len(self.html), 1_500_000)
        self.assertRegex(page.text, r"The first \d of 12 queries are shown")

    def test_names_a_missing_file(self):
        for name in FILES:
            with self.subTest(name=name):
                run_folder.make_run_folder(self.workdir)
                (self.workdir / name).unlink()
                with self.assertRaisesRegex(RunError, name):
                    write_report(self.workdir)

    def test_names_a_broken_file(self):
        for name in FILES:
            for content in (b"", b"{]\x00half", b"PK\x03\x04"):
                with self.subTest(name=name, content=content):
                    run_folder.make_run_folder(self.workdir)
                    (self.workdir / name).write_bytes(content)
                    with self.assertRaisesRegex(RunError, name):
                        write_report(self.workdir)

    def test_names_what_is_incomplete(self):
        keys = {
            "result.json": "metrics",
            "split.json": "counts",
            "codes.npz": "database_codes",
        }
        for name, key in keys.items():
            with self.subTest(name=name):
                run_folder.make_run_folder(self.workdir)
                self.remove(name, key)
                with self.assertRaisesRegex(RunError, f"{name} lacks {key}"):
                    write_report(self.workdir)

    def test_a_failed_report_leaves_the_old_one_and_nothing_else(self):
        self.page()
        files = sorted(os.listdir(self.workdir))
        (self.workdir / "curves.csv").write_text("curve,x,y\na,b,c\n")
        with self.assertRaises(RunError):
            write_report(self.workdir)
        self.assertEqual(sorted(os.listdir(self.workdir)), files)
        self.assertEqual(
            (self.workdir / "report.html").read_text(encoding="utf-8"),
            self.html,
        )


if __name__ == "__main__":
    unittest.main()
