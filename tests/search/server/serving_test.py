"""Tests of the running server: its address, its end, and a port in use."""

import signal
import socket
import subprocess
import sys
import unittest
import unittest.mock

import httpx

from tests.search.server.toy_collection import toy_collection
from tf_dnnh.errors import UserError
from tf_dnnh.search.search_error import SearchError
from tf_dnnh.search.server import serving

PROGRAM = """
from tests.search.server.toy_collection import toy_collection
from tf_dnnh.search.server.serving import serve
from tf_dnnh.stopping import StopRequests

with StopRequests().installed():
    serve(toy_collection(), port=0, log=lambda text: print(text, flush=True))
print("ended")
"""


class ServeTest(unittest.TestCase):
    def test_a_signal_ends_it_well(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            with (
                self.subTest(signal=number),
                subprocess.Popen(
                    [sys.executable, "-c", PROGRAM],
                    stdout=subprocess.PIPE,
                    stderr=subprocess.PIPE,
                    text=True,
                ) as server,
            ):
                line = server.stdout.readline()
                self.assertIn("Drawings: http://127.0.0.1:", line)
                address = line.split()[1]
                self.assertEqual(httpx.get(address).status_code, 200)
                server.send_signal(number)
                output, errors = server.communicate(timeout=60)
                self.assertEqual((output, errors), ("ended\n", ""))
                self.assertEqual(server.returncode, 0)

    def test_a_port_in_use_is_named(self):
        with serving.listen("127.0.0.1", 0) as listening:
            port = listening.getsockname()[1]
            with self.assertRaisesRegex(SearchError, f"port {port} .*--port"):
                serving.listen("127.0.0.1", port)

    def test_an_address_of_another_computer_is_refused(self):
        with self.assertRaisesRegex(SearchError, "192.0.2.1"):
            serving.listen("192.0.2.1", 0)

    def test_answers_are_not_held_up(self):
        # asyncio switches Nagle's algorithm off for sockets of this protocol.
        with serving.listen("127.0.0.1", 0) as listening:
            self.assertEqual(listening.proto, socket.IPPROTO_TCP)

    def test_the_model_is_loaded_before_the_first_upload(self):
        collection = toy_collection()
        serving._warm_up(collection)
        self.assertEqual(collection.encoder.encoded, 1)

    def test_a_missing_model_is_told_to_those_who_upload(self):
        collection = toy_collection()
        with unittest.mock.patch.object(
            collection, "encode", side_effect=UserError("no model")
        ):
            serving._warm_up(collection)


if __name__ == "__main__":
    unittest.main()
