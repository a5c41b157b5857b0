"""How long does the API of the search page take on 100,000 pictures?

    python -m benchmarks.search_page --workdir=RUN

Makes an index of 100,000 pictures from the codes of a run, repeated with
`--noise` of their bits flipped, and the pictures as links to some of the run's,
serves it with `python -m tf_dnnh.search serve`, and prints the latency of each
kind of request under 1 and 8 clients as a Markdown table. Every client has one
connection and waits for each answer before it asks again. Server and clients
share the machine.
"""

import argparse
import concurrent.futures
import contextlib
import http.client
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator

import numpy as np
from tqdm import tqdm

from tf_dnnh import codes
from tf_dnnh.search import collection_folder
from tf_dnnh.search.collection import Collection
from tf_dnnh.search.reranking import to_bytes
from tools.machine import machine

# Method, path and body of a request.
Request = tuple[str, str, bytes | None]
FILES = 1000
INSERT = """
INSERT INTO pictures (path, label, size, mtime_ns, code, relaxed, added)
VALUES (?, ?, ?, ?, ?, ?, 1)
"""


def file_name(number: int) -> str:
    """Returns the name of a picture's file."""
    return f"{number}.image"


def row(
    path: pathlib.Path, label: str | None, bits: np.ndarray
) -> tuple[bytes, str | None, int, int, bytes, bytes]:
    """Returns the values of `INSERT` for a picture."""
    status = path.stat()
    return (
        path.name.encode(),
        label,
        status.st_size,
        status.st_mtime_ns,
        codes.pack(bits).tobytes(),
        to_bytes(bits).tobytes(),
    )


def make_index(
    folder: pathlib.Path,
    run: Collection,
    model: pathlib.Path,
    count: int,
    noise: float,
    random: np.random.Generator,
) -> None:
    """Writes an index folder of repeated codes, with links to pictures.

    Args:
        folder: where to.
        run: whose codes and pictures to repeat.
        model: that made the codes.
        count: number of pictures.
        noise: share of bits that are flipped.
        random: chooses pictures and bits.
    """
    made = collection_folder.create_folder(
        folder,
        bits=run.bits,
        fingerprint=run.fingerprint,
        kind="flat",
        model=model.absolute(),
    )
    images = folder / "images"
    images.mkdir()
    ids = random.choice(run.ids, min(FILES, len(run)), replace=False)
    pictures = [run.picture(int(id_)) for id_ in ids]
    for place, picture in enumerate(pictures):
        path = images / file_name(place)
        path.write_bytes(run.read(picture.id)[0])
    rows = []
    for number in range(count):
        place = number % len(pictures)
        path = images / file_name(number)
        if number != place:
            os.link(images / file_name(place), path)
        bits = codes.unpack(pictures[place].code, run.bits)
        bits ^= random.random(run.bits) < noise
        rows.append(row(path, pictures[place].label, bits))
    connection = made.store.connection
    connection.execute("BEGIN")
    connection.executemany(INSERT, rows)
    made.store.set_fact("images", os.fsencode(images))
    made.store.set_fact("generation", 1)
    connection.execute("COMMIT")
    made.store.close()


@contextlib.contextmanager
def served(folder: pathlib.Path) -> Iterator[str]:
    """Serves an index in another process; yields host and port."""
    command = [sys.executable, "-m", "tf_dnnh.search", "serve", "--port=0"]
    with subprocess.Popen(
        [*command, f"--index={folder}"], stdout=subprocess.PIPE, text=True
    ) as server:
        try:
            line = server.stdout.readline()
            yield re.search(r"http://([^/]+)/", line)[1]
        finally:
            server.terminate()


def latencies(
    address: str, clients: int, requests: list[Request]
) -> tuple[np.ndarray, float]:
    """Sends requests from several clients.

    Returns:
        Milliseconds of each, and requests per second of all.
    """

    def client(mine: list[Request]) -> list[float]:
        times = []
        with contextlib.closing(
            http.client.HTTPConnection(address, timeout=120)
        ) as connection:
            for method, path, body in mine:
                begin = time.perf_counter()
                connection.request(method, path, body)
                answer = connection.getresponse()
                answer.read()
                times.append(1000 * (time.perf_counter() - begin))
                if answer.status != 200:
                    raise RuntimeError(f"{path}: status {answer.status}")
        return times

    shares = [requests[start::clients] for start in range(clients)]
    begin = time.perf_counter()
    with concurrent.futures.ThreadPoolExecutor(clients) as pool:
        times = np.concatenate(list(pool.map(client, shares)))
    return times, len(requests) / (time.perf_counter() - begin)


def kinds(
    run: Collection, pictures: int, random: np.random.Generator
) -> dict[str, Callable[[], Request]]:
    """Returns a maker of random requests for each row of the table."""
    contents = [run.read(int(id_))[0] for id_ in random.choice(run.ids, 100)]
    labels = list(run.labels)

    def id_() -> int:
        return int(random.integers(1, pictures + 1))

    return {
        "search by id": lambda: ("GET", f"/api/search?id={id_()}", None),
        "search by id, one label": lambda: (
            "GET",
            f"/api/search?id={id_()}&label={random.choice(labels)}",
            None,
        ),
        "search by upload": lambda: (
            "POST",
            "/api/search",
            contents[random.integers(len(contents))],
        ),
        "thumbnail": lambda: (
            "GET",
            f"/api/pictures/{id_()}/thumbnail",
            None,
        ),
    }


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--workdir", type=pathlib.Path, required=True)
    parser.add_argument("--pictures", type=int, default=100_000)
    parser.add_argument("--requests", type=int, default=400)
    parser.add_argument("--noise", type=float, default=0.01)
    parser.add_argument("--seed", type=int, default=0)
    flags = parser.parse_args()
    run = Collection.of_run(flags.workdir)
    random = np.random.default_rng(flags.seed)
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        make_index(
            folder, run, flags.workdir, flags.pictures, flags.noise, random
        )
        with served(folder) as address:
            print(
                f"{machine()}; {flags.pictures:,} pictures, {run.bits} bits; "
                f"load {os.getloadavg()[0]:.1f} at the start\n"
            )
            print("| request | clients | median, ms | 99 %, ms | per second |")
            print("|---|---:|---:|---:|---:|")
            rows = kinds(run, flags.pictures, random).items()
            for kind, make in tqdm(rows, disable=None, leave=False):
                # The first requests load the model.
                latencies(address, 1, [make() for _ in range(20)])
                for clients in (1, 8):
                    requests = [make() for _ in range(flags.requests)]
                    times, rate = latencies(address, clients, requests)
                    median, late = np.percentile(times, [50, 99])
                    print(
                        f"| {kind} | {clients} | {median:.1f} | {late:.1f} | "
                        f"{rate:.0f} |",
                        flush=True,
                    )


if __name__ == "__main__":
    main()
