"""Tests that only this computer's own pages are answered."""

import unittest

import httpx

from tests.search.server.running import running
from tests.search.server.toy_collection import toy_collection


class LoopbackTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.address = cls.enterClassContext(running(toy_collection()))

    def get(self, path: str, **headers: str) -> httpx.Response:
        return httpx.get(self.address + path, headers=headers)

    def test_its_own_names_are_answered(self):
        for host in ("127.0.0.1", "localhost:8000", "LOCALHOST", "[::1]:80"):
            with self.subTest(host=host):
                self.assertEqual(self.get("/", Host=host).status_code, 200)

    def test_another_name_for_this_computer_is_refused(self):
        for host in ("evil.example", "127.0.0.1.evil.example", "[", ""):
            for path in ("/", "/api/search?id=5", "/static/search.js"):
                with self.subTest(host=host, path=path):
                    answer = self.get(path, Host=host)
                    self.assertEqual(answer.status_code, 403)
                    self.assertIn("answers only to", answer.json()["error"])

    def test_pages_of_other_sites_are_refused(self):
        for origin in ("http://evil.example", "null", "http://127.0.0.1:1"):
            with self.subTest(origin=origin):
                answer = httpx.post(
                    f"{self.address}/api/search",
                    content=b"",
                    headers={"Origin": origin},
                )
                self.assertEqual(answer.status_code, 403)
        own = self.get("/api/search?id=5", Origin=self.address)
        self.assertEqual(own.status_code, 200)

    def test_every_answer_carries_the_headers(self):
        for path in ("/", "/api", "/api/search?id=5", "/api/search", "/gone"):
            with self.subTest(path=path):
                headers = self.get(path).headers
                policy = headers["content-security-policy"]
                self.assertIn("default-src 'none'", policy)
                self.assertNotIn("unsafe", policy)
                self.assertEqual(headers["x-content-type-options"], "nosniff")
                self.assertNotIn("access-control-allow-origin", headers)
                self.assertNotIn("server", headers)


class OpenTest(unittest.TestCase):
    def test_an_open_server_is_asked_for_by_any_name(self):
        with running(toy_collection(), host="0.0.0.0") as address:
            for host in ("search.example", "192.0.2.7:8000"):
                answer = httpx.get(address, headers={"Host": host})
                self.assertEqual(answer.status_code, 200)


if __name__ == "__main__":
    unittest.main()
