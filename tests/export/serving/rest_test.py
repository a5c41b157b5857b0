"""Tests of the wire contract over REST: rows, columns, bytes as base64."""

import base64
import json
import unittest
import urllib.error
import urllib.request

from tests.export.serving.serving_case import ServingCase
from tests.export.tiny_export import BITS


def b64(data: bytes) -> dict:
    return {"b64": base64.b64encode(data).decode()}


class RestTest(ServingCase):
    def setUp(self) -> None:
        self.model_url = f"{self.url('http')}/v1/models/tf_dnnh"

    def get(self, path: str = "") -> dict:
        with urllib.request.urlopen(self.model_url + path) as response:
            return json.load(response)

    def post(self, body, path: str = ":predict") -> dict:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        with urllib.request.urlopen(self.model_url + path, data) as response:
            return json.load(response)

    def assert_fails(self, code: int, body, path: str = ":predict") -> str:
        with self.assertRaises(urllib.error.HTTPError) as caught:
            self.post(body, path)
        with caught.exception as answer:
            self.assertEqual(answer.code, code)
            return json.load(answer)["error"]

    def assert_row(self, row: dict, expected: str) -> None:
        self.assertEqual(bytes(row["code"]).hex(), expected)
        self.assertEqual(len(row["relaxed"]), BITS)
        if "code_bytes" in row:
            decoded = base64.b64decode(row["code_bytes"]["b64"])
            self.assertEqual(decoded.hex(), expected)

    def images(self) -> list[dict]:
        return [b64(path.read_bytes()) for path in self.export.files]

    def test_image_files_in_rows(self):
        for instances in (
            [{"image_bytes": image} for image in self.images()],
            self.images(),
        ):
            with self.subTest(named="image_bytes" in instances[0]):
                answer = self.post(
                    {"signature_name": "serving_bytes", "instances": instances}
                )
                rows = answer["predictions"]
                for row, code in zip(rows, self.export.file_codes, strict=True):
                    self.assertEqual(
                        set(row), {"code", "relaxed", "code_bytes"}
                    )
                    self.assert_row(row, code)

    def test_image_files_in_columns(self):
        for inputs in ({"image_bytes": self.images()}, self.images()):
            with self.subTest(named=isinstance(inputs, dict)):
                answer = self.post(
                    {"signature_name": "serving_bytes", "inputs": inputs}
                )
                columns = answer["outputs"]
                found = [bytes(code).hex() for code in columns["code"]]
                self.assertEqual(found, self.export.file_codes)
                decoded = [
                    base64.b64decode(code["b64"]).hex()
                    for code in columns["code_bytes"]
                ]
                self.assertEqual(decoded, self.export.file_codes)

    def test_pixels_in_rows_and_columns(self):
        pixels = self.export.pixels.tolist()
        for signature in ("serving_default", "serving_uint8"):
            with self.subTest(signature=signature):
                name = {"signature_name": signature}
                rows = self.post(name | {"instances": pixels})["predictions"]
                for row, code in zip(
                    rows, self.export.pixel_codes, strict=True
                ):
                    self.assert_row(row, code)
                outputs = self.post(name | {"inputs": pixels})["outputs"]
                found = [bytes(code).hex() for code in outputs["code"]]
                self.assertEqual(found, self.export.pixel_codes)

    def test_default_signature(self):
        answer = self.post({"instances": self.export.pixels[:1].tolist()})
        self.assert_row(answer["predictions"][0], self.export.pixel_codes[0])

    def test_version_in_the_path(self):
        body = {"instances": self.export.pixels[:1].tolist()}
        answer = self.post(body, "/versions/1:predict")
        self.assert_row(answer["predictions"][0], self.export.pixel_codes[0])
        self.assert_fails(404, body, "/versions/7:predict")

    def test_status_and_metadata(self):
        status = self.get()["model_version_status"]
        self.assertEqual([s["state"] for s in status], ["AVAILABLE"])
        self.assertEqual(status[0]["version"], "1")
        text = json.dumps(self.get("/metadata"))
        for word in ("serving_default", "serving_bytes", "image_bytes"):
            self.assertIn(word, text)

    def test_no_image(self):
        error = self.assert_fails(
            400,
            {
                "signature_name": "serving_bytes",
                "instances": [*self.images()[:1], b64(b"this is no image")],
            },
        )
        self.assertIn("image", error.lower())

    def test_malformed_requests(self):
        pixels = self.export.pixels.tolist()
        for body in (
            b"",
            b"{",
            b"[]",
            {},
            {"instances": []},
            {"instances": pixels, "inputs": pixels},
            {"instances": [{"pixels": pixels[0]}]},
            {"instances": [pixels[0], pixels[0][:3]]},
            {"instances": ["text"]},
            {"signature_name": 1, "instances": pixels},
            {"signature_name": "serve", "instances": pixels},
            {"signature_name": "serving_uint8", "instances": [[[[0.5] * 3]]]},
            {
                "signature_name": "serving_bytes",
                "instances": [{"b64": "no base64!"}],
            },
        ):
            with self.subTest(body=str(body)[:60]):
                self.assertTrue(self.assert_fails(400, body))


if __name__ == "__main__":
    unittest.main()
