"""Tests of the pages as the server makes them."""

import re
import unittest

import httpx

from tests.search.server.running import running
from tests.search.server.toy_collection import HOSTILE, toy_collection
from tf_dnnh.search.server import api_page, index_page


class WebPagesTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        collection = toy_collection(radius=3, name=f"Drawings {HOSTILE}")
        cls.address = cls.enterClassContext(running(collection))

    def get(self, path: str, **headers: str) -> httpx.Response:
        return httpx.get(self.address + path, headers=headers)

    def test_names_and_labels_stay_text(self):
        for path in ("/", "/index", "/api"):
            with self.subTest(path=path):
                text = self.get(path).text
                self.assertNotIn("<script>", text)
                self.assertIn("&lt;script&gt;", text)

    def test_nothing_inline_and_nothing_from_elsewhere(self):
        for path in ("/", "/index", "/api"):
            with self.subTest(path=path):
                text = self.get(path).text
                self.assertNotRegex(text, r"<style|\sstyle=|\son\w+=|<script>")
                self.assertFalse(re.findall(r'(?:src|href)="(?:\w+:|//)', text))

    def test_every_file_of_the_pages_exists(self):
        for path in ("/", "/index", "/api"):
            text = self.get(path).text
            for name in re.findall(r'(?:src|href)="(/static/[^"]+)"', text):
                with self.subTest(page=path, file=name):
                    self.assertEqual(self.get(name).status_code, 200)

    def test_scripts_import_files_that_exist(self):
        names = ["search.js"]
        for name in names:
            text = self.get(f"/static/{name}").text
            found = re.findall(r'from "/static/([^"]+)"', text)
            names += [one for one in found if one not in names]
            with self.subTest(file=name):
                self.assertTrue(text.startswith("//"))
        self.assertGreater(len(names), 5)

    def test_files_are_sent_again_only_when_they_change(self):
        first = self.get("/static/style.css")
        self.assertEqual(first.headers["content-type"][:8], "text/css")
        tag = first.headers["etag"]
        again = self.get("/static/style.css", **{"If-None-Match": tag})
        self.assertEqual((again.status_code, again.content), (304, b""))

    def test_no_name_from_outside_reaches_the_disk(self):
        for path in (
            "/static/../limits.py",
            "/static/..%2flimits.py",
            "/static/%2e%2e/limits.py",
            "/static//etc/passwd",
            "/api/pictures/..%2f..%2fetc%2fpasswd/original",
            "/api/pictures/%2fetc%2fpasswd/thumbnail",
        ):
            with self.subTest(path=path):
                answer = self.get(path)
                self.assertIn(answer.status_code, (404, 422))
                self.assertEqual(list(answer.json()), ["error"])

    def test_the_index_shows_bits_groups_and_calibration(self):
        text = self.get("/index").text
        self.assertIn("60 pictures share", text)
        self.assertEqual(text.count('<rect class="bar'), 20)
        self.assertIn('href="/#id=', text)
        self.assertIn("calibration: radius", text)

    def test_the_api_page_shows_every_route(self):
        description = self.get("/openapi.json").json()
        text = self.get("/api").text
        for path, methods in description["paths"].items():
            self.assertIn(path, text)
            for operation in methods.values():
                self.assertIn(f'id="{operation["operationId"]}"', text)
        for name in api_page.values(description)["schemas"]:
            self.assertIn(f'id="{name}"', text)


class IndexPageTest(unittest.TestCase):
    def values(self, labels: int, bucket_sizes: list, **calibration) -> dict:
        summary = {
            "labels": {f"label {n}": n for n in range(1, 1 + labels)},
            "bucket_sizes": bucket_sizes,
            "largest_groups": [],
            "calibration": calibration or None,
        }
        return index_page.values(summary)

    def test_bars_are_shares_of_the_longest(self):
        values = self.values(40, [[1, 4], [3, 2]], target_precision=0.95)
        self.assertEqual(
            [(row["name"], row["share"]) for row in values["sizes"]],
            [("1", 4 / 6), ("2–3", 1.0)],
        )
        self.assertEqual(values["labels"][0]["name"], "label 40")
        self.assertEqual(values["more_labels"], 10)
        self.assertEqual(values["calibration"], {"target precision": "0.95"})

    def test_an_empty_index_has_a_page(self):
        values = self.values(0, [])
        self.assertEqual((values["sizes"], values["calibration"]), ([], {}))


if __name__ == "__main__":
    unittest.main()
