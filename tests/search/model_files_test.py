"""Tests that a model gives the same codes in each of its forms."""

import pathlib
import shutil
import tempfile
import unittest

import numpy as np

from export.metadata import model_metadata
from export.tflite import write_tflite
from tests.export.pictures import encoded
from tests.export.pictures import picture as smooth
from tests.export.tiny_run import shared_tiny_run, write_version
from tests.search.collections import picture
from tf_dnnh.data.preprocessing import load_image
from tf_dnnh.runs.run_folder import RunFolder
from tf_dnnh.search.model_files import open_encoder
from tf_dnnh.search.picture_error import PictureError
from tf_dnnh.search.search_error import SearchError


class ModelFilesTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = pathlib.Path(folder.name)
        cls.model = RunFolder(shared_tiny_run()).load_model()
        cls.saved_model = write_version(cls.model, cls.folder / "saved_model")
        cls.lite = cls.folder / "float32.tflite"
        metadata = model_metadata(cls.model)
        write_tflite(cls.model, "float32", cls.lite, list, metadata)
        cls.contents = [picture(seed, 10 + seed) for seed in range(30)] + [
            encoded(smooth(), kind) for kind in ("JPEG", "GIF", "BMP", "WEBP")
        ]
        images = [
            load_image(c, cls.model.image_size).numpy() for c in cls.contents
        ]
        cls.codes = cls.model.encode(np.stack(images))
        cls.relaxed = cls.model(np.stack(images)).numpy()

    def test_all_forms_agree_with_keras(self):
        for path in (shared_tiny_run(), self.saved_model, self.lite):
            encoder = open_encoder(path)
            with self.subTest(model=path.name):
                found = encoder.encode(self.contents)
                np.testing.assert_array_equal(found.codes, self.codes)
                np.testing.assert_allclose(
                    found.relaxed, self.relaxed, atol=1e-4
                )
                self.assertEqual(encoder.bits, 12)

    def test_fingerprints_are_equal(self):
        paths = (shared_tiny_run(), self.saved_model, self.lite)
        found = {open_encoder(path).fingerprint for path in paths}
        self.assertEqual(len(found), 1)

    def test_large_batches_are_cut(self):
        encoder = open_encoder(self.lite)
        encoder.batch_size = 7
        found = encoder.encode(self.contents)
        np.testing.assert_array_equal(found.codes, self.codes)

    def test_a_bad_picture_is_named_by_its_reason(self):
        encoder = open_encoder(self.lite)
        good = self.contents[0]
        for contents, reason in (
            (b"", "empty file"),
            (b"text", "not a JPEG"),
            (good[: len(good) // 2], "(?i)png"),
        ):
            with self.assertRaisesRegex(PictureError, reason):
                encoder.encode([good, contents])

    def test_what_is_no_model(self):
        with self.assertRaisesRegex(SearchError, "There is no model"):
            open_encoder(self.folder / "none")
        with self.assertRaisesRegex(SearchError, r"did you mean .*/1\?"):
            open_encoder(self.saved_model.parent)
        damaged = self.folder / "damaged.tflite"
        damaged.write_bytes(self.lite.read_bytes()[:1000])
        with self.assertRaisesRegex(SearchError, "damaged.tflite cannot be"):
            open_encoder(damaged)
        bare = self.folder / "bare"
        shutil.copytree(self.saved_model, bare)
        shutil.rmtree(bare / "assets.extra")
        with self.assertRaisesRegex(SearchError, "tf_dnnh.json cannot be"):
            open_encoder(bare)


if __name__ == "__main__":
    unittest.main()
