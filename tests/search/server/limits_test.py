"""Tests that every limit of the server holds."""

import asyncio
import http.client
import io
import socket
import struct
import threading
import unittest
import zlib

import httpx

from tests.search.server.running import running
from tests.search.server.toy_collection import toy_collection
from tf_dnnh.search.server.limits import Limits
from tf_dnnh.search.server.request_error import RequestError
from tf_dnnh.search.server.workers import Workers

LIMITS = Limits(upload_bytes=50_000, seconds=1.0, encoding=1, waiting=1)


def webp_bomb() -> bytes:
    """Returns 34 bytes that announce 16,383 x 16,383 pixels."""
    size = 16_382 | 16_382 << 14
    body = b"\x2f" + struct.pack("<I", size) + bytes(9)
    chunk = b"WEBPVP8L" + struct.pack("<I", len(body)) + body
    return b"RIFF" + struct.pack("<I", len(chunk)) + chunk


def png_bomb(side: int = 20_000) -> bytes:
    """Returns a complete PNG of `side` x `side` black pixels of one bit."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + check

    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    row = bytes(1 + side // 8)
    packed = zlib.compressobj(9)
    pixels = b"".join(packed.compress(row) for _ in range(side))
    return b"".join(
        [
            b"\x89PNG\r\n\x1a\n",
            chunk(b"IHDR", header),
            chunk(b"IDAT", pixels + packed.flush()),
            chunk(b"IEND", b""),
        ]
    )


def raw_request(address: str, *parts: bytes) -> tuple[int, bytes]:
    """Sends an unfinished request; returns status and body of the answer."""
    url = httpx.URL(address)
    with socket.create_connection((url.host, url.port), timeout=30) as sent:
        host = f"Host: {url.host}:{url.port}\r\n".encode()
        sent.sendall(b"POST /api/search HTTP/1.1\r\n" + host)
        for part in parts:
            sent.sendall(part)
        answer = http.client.HTTPResponse(sent)
        answer.begin()
        return answer.status, answer.read()


class UploadLimitsTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.collection = toy_collection()
        cls.address = cls.enterClassContext(running(cls.collection, LIMITS))

    def setUp(self):
        self.encoded_before = self.collection.encoder.encoded

    def upload(self, contents: bytes) -> httpx.Response:
        return httpx.post(f"{self.address}/api/search", content=contents)

    def assert_nothing_was_encoded(self):
        self.assertEqual(self.collection.encoder.encoded, self.encoded_before)

    def test_a_large_file_is_refused(self):
        answer = self.upload(bytes(LIMITS.upload_bytes + 1))
        self.assertEqual(answer.status_code, 413)
        self.assertEqual(
            answer.json(),
            {"error": "The file is too large: send at most 0.05 MB."},
        )
        self.assert_nothing_was_encoded()

    def test_an_announced_large_file_is_refused_before_it_comes(self):
        status, _ = raw_request(
            self.address, b"Content-Length: 99999999\r\n\r\n"
        )
        self.assertEqual(status, 413)

    def test_a_file_of_unknown_size_is_cut_off_at_the_limit(self):
        chunk = b"4000\r\n" + bytes(0x4000) + b"\r\n"
        # The last chunk never comes.
        status, _ = raw_request(
            self.address, b"Transfer-Encoding: chunked\r\n\r\n", chunk * 4
        )
        self.assertEqual(status, 413)

    def test_bombs_are_refused_before_they_are_decoded(self):
        for name, bomb in (("webp", webp_bomb()), ("png", png_bomb())):
            with self.subTest(bomb=name, size=len(bomb)):
                self.assertLess(len(bomb), LIMITS.upload_bytes)
                answer = self.upload(bomb)
                self.assertEqual(answer.status_code, 422)
                self.assertIn("more than 67,108,864", answer.json()["error"])
        self.assert_nothing_was_encoded()

    def test_what_is_no_picture_is_refused(self):
        cut = self.collection.read(5)[0][:60]
        for contents in (b"", b"GIF89a", b"<svg/>", bytes(1000), cut):
            with self.subTest(contents=contents[:8]):
                answer = self.upload(contents)
                self.assertEqual(answer.status_code, 422)
                self.assertRegex(
                    answer.json()["error"],
                    "This picture cannot be searched: .*[.]",
                )

    def test_a_file_that_does_not_arrive_is_given_up(self):
        status, body = raw_request(
            self.address, b"Content-Length: 9\r\n\r\n", b"GIF"
        )
        self.assertEqual(status, 503)
        self.assertIn(b"No answer within 1 seconds", body)


class SlowModelTest(unittest.TestCase):
    def setUp(self):
        self.collection = toy_collection()
        self.go = threading.Event()
        self.addCleanup(self.go.set)
        encode = self.collection.encoder.encode

        def wait_and_encode(contents):
            self.go.wait()
            return encode(contents)

        self.collection.encoder.encode = wait_and_encode
        self.picture = self.collection.read(5)[0]

    def serve(self, limits: Limits) -> str:
        return self.enterContext(running(self.collection, limits))

    def uploads(self, address: str, count: int) -> list[threading.Thread]:
        def upload():
            answer = httpx.post(
                f"{address}/api/search", content=self.picture, timeout=60
            )
            self.statuses.append(answer.status_code)

        self.statuses: list[int] = []
        threads = [threading.Thread(target=upload) for _ in range(count)]
        for thread in threads:
            thread.start()
        return threads

    def test_other_requests_are_answered_meanwhile(self):
        address = self.serve(Limits())
        threads = self.uploads(address, 2)
        for path in ("/", "/index", "/api/pictures/5", "/api/search?id=5"):
            answer = httpx.get(address + path, timeout=60)
            self.assertEqual(answer.status_code, 200)
        self.assertEqual(self.statuses, [])
        self.go.set()
        for thread in threads:
            thread.join()
        self.assertEqual(self.statuses, [200, 200])

    def test_too_many_uploads_are_refused(self):
        address = self.serve(Limits(encoding=1, waiting=1))
        threads = self.uploads(address, 5)
        while len(self.statuses) < 3:
            threads[0].join(0.05)
        self.assertEqual(self.statuses, [503] * 3)
        self.go.set()
        for thread in threads:
            thread.join()
        self.assertEqual(self.statuses, [503] * 3 + [200] * 2)

    def test_a_slow_answer_is_given_up(self):
        address = self.serve(LIMITS)
        answer = httpx.post(
            f"{address}/api/search", content=self.picture, timeout=60
        )
        self.assertEqual(answer.status_code, 503)
        self.assertEqual(answer.headers["retry-after"], "1")
        self.go.set()


class WorkersTest(unittest.IsolatedAsyncioTestCase):
    async def test_a_place_is_free_when_the_work_has_ended(self):
        go = threading.Event()
        workers = Workers("test", 1, waiting=0)
        with self.assertRaises(TimeoutError):
            await asyncio.wait_for(workers.run(go.wait), 0.05)
        # The thread is still busy, although nobody waits for it.
        with self.assertRaises(RequestError):
            await workers.run(io.BytesIO)
        go.set()
        while True:
            await asyncio.sleep(0.01)
            try:
                self.assertEqual(await workers.run(lambda: 5), 5)
                return
            except RequestError:
                continue

    async def test_errors_of_the_work_are_raised(self):
        workers = Workers("test", 1)
        with self.assertRaises(ZeroDivisionError):
            await workers.run(lambda: 1 / 0)


if __name__ == "__main__":
    unittest.main()
