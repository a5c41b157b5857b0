"""Tests of the client command: codes on stdout, one sentence on stderr."""

import contextlib
import http.server
import io
import pathlib
import socket
import subprocess
import sys
import tempfile
import threading
import unittest

import numpy as np
import tensorflow as tf

from export import client
from export.serving.client import connect, first_sentence, parse_url
from tests.export.serving.serving_case import ServingCase
from tf_dnnh.data.preprocessing import load_image


def run(*arguments: str) -> tuple[int, list[str], str]:
    """Returns exit status, lines on stdout, and stderr."""
    stdout, stderr = io.StringIO(), io.StringIO()
    with (
        contextlib.redirect_stdout(stdout),
        contextlib.redirect_stderr(stderr),
    ):
        try:
            status = client.main(arguments)
        except SystemExit as leaving:
            status = leaving.code
    return status, stdout.getvalue().splitlines(), stderr.getvalue()


class ClientTest(ServingCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.no_image = str(pathlib.Path(folder.name) / "no_image.jpg")
        pathlib.Path(self.no_image).write_bytes(b"this is no image")
        self.images = [str(path) for path in self.export.files]

    def assert_sentence(self, stderr: str, *words: str) -> None:
        self.assertEqual(stderr.count("\n"), 1, stderr)
        self.assertTrue(stderr.startswith("error: "))
        for word in words:
            self.assertIn(word, stderr)

    def test_prints_the_codes_of_keras(self):
        for url in self.urls:
            for batch_size in (1, 2, 16):
                with self.subTest(url=url, batch_size=batch_size):
                    status, lines, stderr = run(
                        f"--url={url}",
                        f"--batch_size={batch_size}",
                        *self.images,
                    )
                    self.assertEqual((status, stderr), (0, ""))
                    self.assertEqual(lines, self.export.file_codes)

    def test_host_and_port_alone_mean_grpc(self):
        address = self.url("grpc").removeprefix("grpc://")
        status, lines, _ = run(f"--url={address}", self.images[0])
        self.assertEqual((status, lines), (0, self.export.file_codes[:1]))

    def test_command_in_a_process_of_its_own_is_quiet(self):
        for url in self.urls:
            with self.subTest(url=url):
                done = subprocess.run(
                    [
                        sys.executable,
                        *("-m", "export.client", "--url", url),
                        *self.images,
                    ],
                    capture_output=True,
                    text=True,
                    check=False,
                    cwd=pathlib.Path(__file__).parents[2],
                )
                self.assertEqual((done.returncode, done.stderr), (0, ""))
                self.assertEqual(done.stdout.split(), self.export.file_codes)

    def test_a_bad_image_is_named_and_the_codes_before_it_are_kept(self):
        for url in self.urls:
            with self.subTest(url=url):
                status, lines, stderr = run(
                    f"--url={url}",
                    *self.images[:2],
                    self.no_image,
                    self.images[2],
                )
                self.assertEqual(status, 1)
                self.assertEqual(lines, self.export.file_codes[:2])
                self.assert_sentence(stderr, self.no_image, "image file format")

    def test_file_larger_than_a_grpc_message_usually_is(self):
        rng = np.random.default_rng(0)
        pixels = rng.integers(0, 256, (1400, 1400, 3), np.uint8)
        contents = tf.io.encode_png(pixels, compression=0).numpy()
        self.assertGreater(len(contents), 5_000_000)
        path = pathlib.Path(self.no_image).with_suffix(".png")
        path.write_bytes(contents)
        model = self.export.model
        image = load_image(contents, model.image_size)
        expected = model.encode(image[None]).tobytes().hex()
        for url in self.urls:
            with self.subTest(url=url):
                status, lines, stderr = run(f"--url={url}", str(path))
                self.assertEqual((status, stderr), (0, ""))
                self.assertEqual(lines, [expected])

    def test_unknown_model_and_version(self):
        for url in self.urls:
            for flag in ("--model=other", "--version=7"):
                with self.subTest(url=url, flag=flag):
                    status, lines, stderr = run(
                        f"--url={url}", flag, self.images[0]
                    )
                    self.assertEqual((status, lines), (1, []))
                    self.assert_sentence(stderr, "Servable not found")

    def test_file_that_cannot_be_read(self):
        for path, reason in (("/no/such/file", "No such file"), ("/", "dir")):
            with self.subTest(path=path):
                status, _, stderr = run(f"--url={self.urls[0]}", path)
                self.assertEqual(status, 1)
                self.assert_sentence(stderr, f"cannot read {path}", reason)

    def test_wrong_port_of_the_same_server(self):
        grpc_address = self.url("grpc").removeprefix("grpc://")
        rest_address = self.url("http").removeprefix("http://")
        for url, word in (
            (f"http://{grpc_address}", "does not speak HTTP"),
            (f"grpc://{rest_address}", "cannot reach"),
        ):
            with self.subTest(url=url):
                status, _, stderr = run(f"--url={url}", self.images[0])
                self.assertEqual(status, 1)
                self.assert_sentence(stderr, word)

    def test_debug_shows_the_traceback(self):
        status, _, stderr = run(
            "--debug", f"--url={self.urls[0]}", self.no_image
        )
        self.assertEqual(status, 1)
        self.assertIn("Traceback", stderr)


class NoServerTest(unittest.TestCase):
    """Tests that need no model server."""

    def test_nothing_listens(self):
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            port = listener.getsockname()[1]
        for url in (f"grpc://127.0.0.1:{port}", f"http://127.0.0.1:{port}"):
            with self.subTest(url=url):
                status, lines, stderr = run(f"--url={url}", __file__)
                self.assertEqual((status, lines), (1, []))
                self.assertIn("cannot reach", stderr)
                self.assertIn("refused", stderr)
                self.assertEqual(stderr.count("\n"), 1)

    def test_server_that_is_silent(self):
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            listener.listen()
            port = listener.getsockname()[1]
            for url in (f"127.0.0.1:{port}", f"http://127.0.0.1:{port}"):
                with self.subTest(url=url):
                    status, _, stderr = run(
                        f"--url={url}", "--timeout=0.3", __file__
                    )
                    self.assertEqual(status, 1)
                    self.assertEqual(stderr.count("\n"), 1)

    def test_server_of_something_else(self):
        for code, body, words in (
            (200, b"<html>", "something other than codes"),
            (200, b'{"predictions": [1, 2]}', "something other than codes"),
            (200, b'{"predictions": []}', "0 codes for 1 images"),
            (500, b"<html>", "answered 500"),
            (503, b'{"error": "busy\\nat node x"}', "answered 503: busy\n"),
        ):
            with self.subTest(code=code, body=body), _page(code, body) as url:
                status, lines, stderr = run(f"--url={url}", __file__)
                self.assertEqual((status, lines), (1, []))
                self.assertIn(words, stderr)
                self.assertEqual(stderr.count("\n"), 1)

    def test_wrong_command(self):
        for arguments in (
            ["image.jpg"],
            ["--url=localhost:8500"],
            ["--url=ftp://localhost", "image.jpg"],
            ["--url=localhost:8500/v1", "image.jpg"],
            ["--url=localhost:port", "image.jpg"],
            ["--url=", "image.jpg"],
            ["--url=localhost:8500", "--batch_size=0", "image.jpg"],
            ["--url=localhost:8500", "--timeout=soon", "image.jpg"],
            ["--url=localhost:8500", "--no_such_flag", "image.jpg"],
        ):
            with self.subTest(arguments=arguments):
                status, _, stderr = run(*arguments)
                self.assertEqual(status, 2)
                self.assertEqual(stderr.count("\n"), 1, stderr)

    def test_parse_url(self):
        for url, expected in (
            ("localhost", ("grpc", "localhost:8500")),
            ("grpc://host", ("grpc", "host:8500")),
            ("grpc://host:1/", ("grpc", "host:1")),
            ("[::1]:1", ("grpc", "[::1]:1")),
            ("https://host/prefix/", ("rest", "https://host/prefix")),
        ):
            with self.subTest(url=url):
                self.assertEqual(parse_url(url), expected)

    def test_connect_reports_what_it_received(self):
        with self.assertRaisesRegex(ValueError, "Received: url='a:b:c'"):
            connect("a:b:c")

    def test_first_sentence(self):
        for text, expected in (
            ("one\n\t [[{{node x}}]]", "one"),
            (
                "2 root error(s) found.\n  (0) INVALID_ARGUMENT: bad\n  (1) ..",
                "bad",
            ),
            ("", "no reason given"),
            ("x" * 400, "x" * 300),
        ):
            with self.subTest(text=text[:20]):
                self.assertEqual(first_sentence(text), expected)


@contextlib.contextmanager
def _page(code: int, body: bytes):
    """Answers every POST with the same page."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(code)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args) -> None:
            """Keeps quiet."""

    with http.server.HTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()


if __name__ == "__main__":
    unittest.main()
