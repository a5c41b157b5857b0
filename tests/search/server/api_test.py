"""Tests of the JSON API."""

import concurrent.futures
import unittest

import httpx
import numpy as np

from tests.search.server.running import running
from tests.search.server.toy_collection import (
    BITS,
    HOSTILE,
    drawing,
    toy_collection,
)
from tf_dnnh import codes


class ApiTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.collection = toy_collection(radius=3)
        cls.client = httpx.Client(
            base_url=cls.enterClassContext(running(cls.collection))
        )
        cls.addClassCleanup(cls.client.close)

    def search(self, **parameters) -> dict:
        answer = self.client.get("/api/search", params=parameters)
        self.assertEqual(answer.status_code, 200, answer.text)
        return answer.json()

    def upload(self, id_: int, **parameters) -> dict:
        contents = self.collection.read(id_)[0]
        answer = self.client.post(
            "/api/search", params=parameters, content=contents
        )
        self.assertEqual(answer.status_code, 200, answer.text)
        return answer.json()

    def error(self, status: int, address: str, **parameters) -> str:
        answer = self.client.get(address, params=parameters)
        self.assertEqual(answer.status_code, status, answer.text)
        self.assertEqual(list(answer.json()), ["error"])
        return answer.json()["error"]

    def distances(self, code: str) -> dict[int, int]:
        query = np.frombuffer(bytes.fromhex(code), np.uint8)
        return {
            p.id: int(codes.hamming_distance(query, p.code))
            for p in self.collection.pictures.listed()
        }

    def test_a_search_by_id_leaves_the_query_out(self):
        answer = self.search(id=7, k=10)
        self.assertEqual(answer["query"]["picture"]["id"], 7)
        distances = self.distances(answer["query"]["code"])
        del distances[7]
        expected = sorted(distances.items(), key=lambda pair: pair[::-1])[:10]
        found = [(one["id"], one["distance"]) for one in answer["results"]]
        self.assertEqual(found, expected)
        counts = np.bincount(list(distances.values()), minlength=BITS + 1)
        self.assertEqual(answer["counts"], counts.tolist())

    def test_more_at_the_last_distance_are_counted(self):
        for k in (1, 5, 30, 59):
            answer = self.search(id=7, k=k)
            distances = list(self.distances(answer["query"]["code"]).values())
            distances.remove(0)
            last = answer["results"][-1]["distance"]
            listed = [one["distance"] for one in answer["results"]]
            with self.subTest(k=k):
                self.assertEqual(
                    answer["more_at_last_distance"],
                    distances.count(last) - listed.count(last),
                )

    def test_a_search_by_code_keeps_all(self):
        code = self.search(id=7)["query"]["code"]
        answer = self.search(code=code, k=1000)
        self.assertEqual(len(answer["results"]), 60)
        self.assertIsNone(answer["query"]["picture"])
        self.assertEqual(answer["results"][0]["distance"], 0)

    def test_an_upload_finds_itself(self):
        answer = self.upload(8, k=60)
        nearest = [
            one["id"] for one in answer["results"] if one["distance"] == 0
        ]
        self.assertIn(8, nearest)
        self.assertIsNone(answer["query"]["picture"])
        same = self.search(code=answer["query"]["code"], k=60)
        self.assertEqual(answer["results"], same["results"])

    def test_radius_and_label_restrict(self):
        answer = self.search(id=8, k=60, radius=4, label=HOSTILE)
        self.assertTrue(answer["results"])
        for one in answer["results"]:
            self.assertLessEqual(one["distance"], 4)
            self.assertEqual(one["label"], HOSTILE)
        self.assertEqual(sum(answer["counts"]), 19)

    def test_one_of_several_labels_is_enough(self):
        labels = {
            one["label"] for one in self.search(id=5, label="pet")["results"]
        }
        self.assertEqual(labels, {"cat;pet"})

    def test_an_unknown_label_finds_nothing(self):
        answer = self.search(id=5, label="unknown")
        self.assertEqual(answer["results"], [])
        self.assertTrue(answer["no_match"])
        self.assertEqual(answer["more_at_last_distance"], 0)

    def test_no_match_beyond_the_calibrated_radius(self):
        self.assertFalse(self.search(id=5)["no_match"])
        candidates = np.random.default_rng(1).integers(0, 2, (500, BITS))
        far = next(
            code
            for code in codes.to_hex(codes.pack(candidates))
            if min(self.distances(code).values()) > 3
        )
        answer = self.search(code=far)
        self.assertTrue(answer["no_match"])
        self.assertTrue(answer["results"])

    def test_no_match_within_the_radius_asked_for(self):
        answer = self.search(code="000000", radius=0)
        self.assertTrue(answer["no_match"])
        self.assertEqual(answer["results"], [])

    def test_reranking_orders_by_relaxed_codes(self):
        plain = self.search(id=5, k=20)["results"]
        reranked = self.search(id=5, k=20, rerank=True)["results"]
        self.assertEqual(len(reranked), 20)
        self.assertLessEqual(reranked[0]["distance"], plain[-1]["distance"])

    def test_an_upload_can_be_reranked_later(self):
        uploaded = self.upload(8, k=30, rerank=True)
        query = uploaded["query"]
        again = self.search(
            code=query["code"], relaxed=query["relaxed"], k=30, rerank=True
        )
        self.assertEqual(again["results"], uploaded["results"])
        plain = self.search(code=query["code"], k=30)
        self.assertNotEqual(again["results"], plain["results"])
        self.assertEqual(again["more_at_last_distance"], 0)

    def test_a_picture_and_its_file(self):
        picture = self.client.get("/api/pictures/6").json()
        self.assertIn(HOSTILE, picture["path"])
        self.assertEqual(picture["modified"], "2001-09-09T01:46:40Z")
        original = self.client.get(picture["original"])
        self.assertEqual(original.content, self.collection.read(6)[0])
        self.assertEqual(original.headers["content-type"], "image/png")
        thumbnail = self.client.get(picture["thumbnail"])
        self.assertEqual(thumbnail.headers["content-type"], "image/jpeg")
        self.assertEqual(thumbnail.content, self.collection.thumbnail(6))

    def test_browsers_keep_thumbnails(self):
        address = self.client.get("/api/pictures/6").json()["thumbnail"]
        first = self.client.get(address)
        self.assertIn("immutable", first.headers["cache-control"])
        plain = self.client.get(address.partition("?")[0])
        self.assertEqual(plain.headers["cache-control"], "private, no-cache")
        again = self.client.get(
            address, headers={"If-None-Match": first.headers["etag"]}
        )
        self.assertEqual((again.status_code, again.content), (304, b""))

    def test_another_server_has_other_addresses(self):
        with running(self.collection) as address:
            other = httpx.get(f"{address}/api/pictures/6").json()
        mine = self.client.get("/api/pictures/6").json()
        self.assertNotEqual(other["thumbnail"], mine["thumbnail"])

    def test_a_file_that_is_gone_is_said(self):
        collection = toy_collection()
        collection.pictures.files[9] = b""
        with running(collection) as address:
            for what in ("thumbnail", "original"):
                answer = httpx.get(f"{address}/api/pictures/9/{what}")
                self.assertEqual(answer.status_code, 404)
                self.assertIn("cannot be shown", answer.json()["error"])

    def test_pictures_at_random(self):
        def sample(**parameters) -> list[int]:
            answer = self.client.get("/api/pictures", params=parameters)
            return [one["id"] for one in answer.json()]

        self.assertEqual(len(set(sample(count=12))), 12)
        self.assertEqual(sample(seed=1), sample(seed=1))
        self.assertNotEqual(sample(seed=1), sample(seed=2))
        self.assertEqual(sorted(sample(count=999)), list(range(5, 65)))

    def test_the_index(self):
        summary = self.client.get("/api/index").json()
        self.assertEqual(summary["pictures"], 60)
        self.assertEqual(len(summary["balance"]), BITS)

    def test_wrong_requests_are_told_why(self):
        for address, parameters, status, words in (
            ("/api/search", {}, 422, "Give either"),
            ("/api/search", {"id": 5, "code": "000000"}, 422, "Give either"),
            ("/api/search", {"id": 4}, 404, "no picture 4"),
            ("/api/search", {"id": -1}, 422, "`id`"),
            ("/api/search", {"id": 2**80}, 422, "`id`"),
            ("/api/search", {"id": "five"}, 422, "Received: five"),
            ("/api/search", {"id": 5, "k": 0}, 422, "`k`"),
            ("/api/search", {"id": 5, "k": 1001}, 422, "`k`"),
            ("/api/search", {"id": 5, "radius": BITS + 1}, 422, "`radius`"),
            ("/api/search", {"code": "xyz"}, 422, "hexadecimal"),
            ("/api/search", {"code": "00"}, 422, "6 hexadecimal digits"),
            ("/api/search", {"code": "00000f"}, 422, "20 bits"),
            (
                "/api/search",
                {"code": "000000", "rerank": True},
                422,
                "give its `relaxed`",
            ),
            (
                "/api/search",
                {"code": "000000", "rerank": True, "relaxed": "00"},
                422,
                "40 hexadecimal digits",
            ),
            ("/api/pictures", {"count": 1001}, 422, "`count`"),
            ("/api/pictures/4", {}, 404, "no picture 4"),
            ("/api/pictures/4/thumbnail", {}, 404, "no picture 4"),
            ("/api/pictures/4/original", {}, 404, "no picture 4"),
            ("/api/nothing", {}, 404, "Not Found"),
        ):
            with self.subTest(address=address, parameters=parameters):
                self.assertIn(words, self.error(status, address, **parameters))

    def test_an_unexpected_error_is_a_sentence(self):
        collection = toy_collection()
        collection.pictures.pictures = None
        with running(collection) as address:
            # uvicorn sets up its log before the first answer.
            httpx.get(address)
            with self.assertLogs("uvicorn.error", "ERROR"):
                answer = httpx.get(f"{address}/api/pictures/5")
        self.assertEqual(answer.status_code, 500)
        self.assertIn("terminal", answer.json()["error"])

    def test_many_clients_get_the_answers_of_one(self):
        expected = {id_: self.search(id=id_)["results"] for id_ in range(5, 25)}
        pictures = {id_: self.collection.read(id_)[0] for id_ in expected}

        def ask(id_: int) -> tuple[int, list, str]:
            answer = self.search(id=id_)
            uploaded = self.client.post("/api/search", content=pictures[id_])
            return id_, answer["results"], uploaded.json()["query"]["code"]

        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            for id_, results, code in pool.map(ask, [*expected] * 3):
                self.assertEqual(results, expected[id_])
                picture = self.collection.picture(id_)
                self.assertEqual(code, codes.to_hex(picture.code[None])[0])

    def test_the_description_covers_every_route(self):
        description = self.client.get("/openapi.json").json()
        self.assertEqual(
            sorted(description["paths"]),
            [
                "/api/index",
                "/api/pictures",
                "/api/pictures/{id}",
                "/api/pictures/{id}/original",
                "/api/pictures/{id}/thumbnail",
                "/api/search",
            ],
        )
        search = description["paths"]["/api/search"]["post"]
        self.assertIn("image/*", search["requestBody"]["content"])

    def test_drawings_of_other_sizes_are_encoded(self):
        large = drawing(np.eye(5, 4), (300, 200))
        answer = self.client.post("/api/search", content=large)
        self.assertEqual(answer.status_code, 200)


if __name__ == "__main__":
    unittest.main()
