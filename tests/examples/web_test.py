"""Tests in a browser that the page computes Python's codes and sends nothing.

Environment: `SCREENSHOTS=DIR` keeps screenshots of the page; `EXPORT=DIR` tests
an export folder instead of an untrained model, on the pictures in
`PICTURES=DIR`, and prints how long they took.
"""

import contextlib
import functools
import http.server
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import unittest

import numpy as np

from tests.examples import device_export
from tests.examples.scripts import WEB, import_script

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
TOOLS = {"node": shutil.which("node"), "npm": shutil.which("npm")}
MISSING = [
    name
    for name, path in {**TOOLS, "chromium": CHROMIUM}.items()
    if path is None
]
VARIANTS = ("float32", "float16", "dynamic_range", "int8")
MOST_PICTURES = 60


class _QuietHandler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *args):
        """Keeps requests out of the test's output."""


@contextlib.contextmanager
def served(folder: pathlib.Path):
    """Serves a folder, as `python -m http.server` does; yields its URL."""
    handler = functools.partial(_QuietHandler, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()
            thread.join()


def install_packages(folder: pathlib.Path) -> pathlib.Path:
    """Installs the packages of the lock file."""
    for name in ("package.json", "package-lock.json", ".npmrc"):
        shutil.copy(WEB / name, folder)
    run([TOOLS["npm"], "ci", "--prefer-offline", "--no-audit"], cwd=folder)
    return folder / "node_modules"


def run(command, **options) -> str:
    result = subprocess.run(
        command, capture_output=True, text=True, check=False, **options
    )
    if result.returncode:
        raise AssertionError(f"{command[:2]} failed: {result.stderr}")
    return result.stdout


def print_times(variants: dict[str, dict]) -> None:
    """Prints the medians of the times that the page shows."""
    for variant, answers in variants.items():
        shown = [answer["time"] for answer in answers.values()]
        times = [re.findall(r"[\d.]+(?= ms)", text) for text in shown]
        reading, network, search = np.median(np.float64(times), axis=0)
        print(
            f"{variant}: {len(shown)} pictures, {reading:.1f} ms to read and "
            f"resize, {network:.1f} ms network, {search:.1f} ms search"
        )


@unittest.skipIf(MISSING, f"not installed here: {', '.join(MISSING)}")
class WebTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        scratch = tempfile.TemporaryDirectory()
        cls.addClassCleanup(scratch.cleanup)
        cls.folder = pathlib.Path(scratch.name)
        if "EXPORT" in os.environ:
            tflite = pathlib.Path(os.environ["EXPORT"]).absolute() / "tflite"
            cls.files = {name: tflite / f"{name}.tflite" for name in VARIANTS}
            cls.images = pathlib.Path(os.environ["PICTURES"]).absolute()
            find_images = import_script("hash_folder").find_images
            cls.pictures = find_images(cls.images)[:MOST_PICTURES]
        else:
            _, cls.files = device_export.export_device_files(
                cls.folder / "tflite", 0, VARIANTS
            )
            cls.images = cls.folder / "images"
            cls.pictures = device_export.write_pictures(cls.images)
            cls.pictures.append(device_export.write_photo(cls.images))
        hasher = cls.hasher("float32")
        cls.image_size = list(hasher.image_size)
        cls.load_size = list(hasher.load_size or hasher.image_size)
        cls.report = cls.visit()
        if "EXPORT" in os.environ:
            print_times(cls.report["variants"])

    @classmethod
    def visit(cls) -> dict:
        packages = cls.folder / "packages"
        packages.mkdir()
        site = cls.folder / "site"
        run(
            [
                sys.executable,
                str(WEB / "build_site.py"),
                f"--model={cls.files['float32']}",
                f"--images={cls.images}",
                f"--output={site}",
                f"--node_modules={install_packages(packages)}",
                "--examples=2",
            ]
        )
        cls.gallery = json.loads((site / "gallery.json").read_text())
        with served(site) as url:
            task = {
                "packages": str(packages / "package.json"),
                "chromium": CHROMIUM,
                "sandbox": os.getuid() != 0,
                "url": url,
                "pictures": [str(path) for path in cls.pictures],
                "imageSize": cls.image_size,
                "loadSize": cls.load_size,
                "variants": {k: str(v) for k, v in cls.files.items()},
                "screenshots": os.environ.get("SCREENSHOTS"),
            }
            driver = pathlib.Path(__file__).with_name("web_driver.mjs")
            output = run(
                [TOOLS["node"], str(driver)],
                input=json.dumps(task),
                timeout=280,
            )
            cls.url = url
        return json.loads(output)

    @classmethod
    def hasher(cls, variant: str):
        return import_script("hasher").Hasher(cls.files[variant])

    def test_codes_are_those_of_python(self):
        hasher = self.hasher("float32")
        codes = set()
        for path in self.pictures:
            code = hasher.encode(hasher.read(path)[None])[0].tobytes().hex()
            answer = self.report["answers"][str(path)]
            with self.subTest(picture=path.name):
                self.assertEqual(answer["code"], code)
                self.assertFalse(answer["isError"])
            codes.add(code)
        self.assertGreater(len(codes), 2)

    def test_every_variant_gives_the_codes_of_python(self):
        for variant in VARIANTS:
            hasher = self.hasher(variant)
            for path in self.pictures:
                code = hasher.encode(hasher.read(path)[None])[0]
                with self.subTest(variant=variant, picture=path.name):
                    self.assertEqual(
                        self.report["variants"][variant][str(path)]["code"],
                        code.tobytes().hex(),
                    )

    def test_pixels_are_those_of_python(self):
        hasher = self.hasher("float32")
        for path in self.pictures:
            # JPEG decoders may round differently.
            tolerance = 3 if path.suffix == ".jpg" else 1e-4
            with self.subTest(picture=path.name):
                np.testing.assert_allclose(
                    np.reshape(
                        self.report["pixels"][str(path)],
                        (*self.image_size, 3),
                    ),
                    hasher.read(path),
                    atol=tolerance,
                    rtol=0,
                )

    def test_neighbours_are_the_nearest_codes(self):
        items = self.gallery["items"]
        stored = np.array([list(bytes.fromhex(i["code"])) for i in items])
        for path in self.pictures:
            answer = self.report["answers"][str(path)]
            query = np.frombuffer(bytes.fromhex(answer["code"]), np.uint8)
            distances = np.bitwise_count(stored ^ query).sum(axis=1)
            order = np.argsort(distances, kind="stable")[:12]
            with self.subTest(picture=path.name):
                self.assertEqual(
                    [found["id"] for found in answer["neighbours"]],
                    [items[row]["id"] for row in order],
                )
                self.assertEqual(
                    [found["different"] for found in answer["neighbours"]],
                    distances[order].tolist(),
                )

    def test_drop_paste_and_keyboard_do_the_same(self):
        expected = self.report["answers"][str(self.pictures[0])]
        for way in ("drop", "paste", "keyboard"):
            with self.subTest(way=way):
                self.assertEqual(self.report[way]["code"], expected["code"])
                self.assertEqual(
                    self.report[way]["neighbours"], expected["neighbours"]
                )

    def test_a_picture_dropped_while_the_model_loads_is_answered(self):
        expected = self.report["answers"][str(self.pictures[0])]
        self.assertEqual(self.report["early"], expected["code"])

    def test_an_example_is_answered(self):
        self.assertIn("Nearest of", self.report["example"]["status"])

    def test_nothing_comes_from_or_goes_to_another_host(self):
        for request in self.report["requests"]:
            self.assertRegex(request, f"^({self.url}|data:|blob:)")
        self.assertEqual(self.report["later"], [])

    def test_what_is_no_picture_is_refused(self):
        self.assertTrue(self.report["noPicture"]["isError"])
        self.assertEqual(
            self.report["noPicture"]["status"],
            "The browser cannot read this file as a picture.",
        )

    def test_codes_of_another_model_are_refused(self):
        self.assertIn("come from another model", self.report["otherModel"])

    def test_the_page_fits_phone_and_desktop(self):
        self.assertEqual(self.report["overflow"], {"phone": 0, "desktop": 0})


if __name__ == "__main__":
    unittest.main()
