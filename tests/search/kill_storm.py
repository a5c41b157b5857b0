"""Kills processes that change an index, at random moments.

    python -m tests.search.kill_storm FOLDER KILLS

Every process builds the index anew from a changed folder of pictures, or adds
and removes some, and is killed by SIGKILL; then the index must open in the old
state or in the new one. Processes are forks of this one, so that TensorFlow is
imported once and never started: a hash of the pixels stands in for the model.
Prints how many changes had happened before the kill, and how many had not.
"""

import hashlib
import os
import pathlib
import signal
import sys
import threading
import time
from collections.abc import Callable
from unittest import mock

import numpy as np
from tqdm import tqdm

from tests.search.collections import write
from tf_dnnh.search import building, model_files
from tf_dnnh.search.collection import Collection
from tf_dnnh.search.encoder import Encoder
from tf_dnnh.search.picture import Encoded

_BITS = 16
_LABELS = ("a", "b", "c")
_MAX_SECONDS = 0.2


class HashingEncoder(Encoder):
    """Takes the code of a picture from a hash of its file."""

    def __init__(self) -> None:
        self.bits, self.fingerprint, self.batch_size = _BITS, "hash", 3

    def prepare(self, contents: bytes) -> np.ndarray:
        return code_of(contents)

    def submit(self, function: Callable, *args: object) -> mock.Mock:
        # A fork has none of its parent's threads.
        return mock.Mock(result=lambda: function(*args))

    def run(self, images: list[np.ndarray]) -> Encoded:
        codes = np.stack(images)
        bits = np.unpackbits(codes, axis=1).astype(np.float32)
        return Encoded(codes, bits)


def code_of(contents: bytes) -> np.ndarray:
    """Returns the code of a picture, uint8 [2]."""
    return np.frombuffer(hashlib.sha256(contents).digest()[:2], np.uint8)


def change(images: pathlib.Path, random: np.random.Generator) -> None:
    """Adds, changes and deletes some pictures."""
    for _ in range(int(random.integers(1, 8))):
        label, number = random.integers(len(_LABELS)), random.integers(12)
        path = images / _LABELS[label] / f"{number}.png"
        if random.random() < 0.3:
            path.unlink(missing_ok=True)
        else:
            write(path, int(random.integers(2**31)))
            os.utime(path, ns=(0, int(random.integers(2**40))))
    write(images / "a/kept.png", 1)


def contents_of(images: pathlib.Path) -> dict[str, bytes]:
    """Returns the pictures of a folder, by name."""
    return {
        path.relative_to(images).as_posix(): path.read_bytes()
        for path in images.rglob("*.png")
    }


def opened(index: pathlib.Path) -> dict[str, tuple[bytes, bytes]]:
    """Opens an index; returns the code of each picture in store and index."""
    collection = Collection.open(index)
    ids = collection.ids
    codes = collection.index.codes_of(ids) if len(ids) else []
    pictures = [collection.picture(id_) for id_ in ids.tolist()]
    assert len(collection) == len(pictures)
    collection.close()
    return {
        picture.name: (picture.code.tobytes(), code.tobytes())
        for picture, code in zip(pictures, codes, strict=True)
    }


def expected(contents: dict[str, bytes]) -> dict[str, tuple[bytes, bytes]]:
    """Returns what `opened` must return for these pictures."""
    codes = {name: code_of(c).tobytes() for name, c in contents.items()}
    return {name: (code, code) for name, code in codes.items()}


def killed(action: Callable[[], object], seconds: float) -> bool:
    """Runs an action in a fork and kills it; returns whether it was done."""
    child = os.fork()
    if not child:
        os.close(2)
        action()
        os._exit(0)
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    status = os.waitpid(child, 0)[1]
    assert not os.WIFEXITED(status) or not os.WEXITSTATUS(status), status
    return os.WIFEXITED(status)


def storm(folder: pathlib.Path, kills: int) -> tuple[int, int]:
    """Kills builds; returns how often the state was the new and the old."""
    random = np.random.default_rng(0)
    images, index = folder / "images", folder / "index"
    change(images, random)
    building.build_index(folder, images, index)
    before, new, old = contents_of(images), 0, 0
    for _ in range(kills):
        change(images, random)
        after = contents_of(images)
        added = sorted(set(after) - set(before)) or sorted(after)[:1]
        paths = [images / name for name in added]
        if random.random() < 0.3:
            wanted = before | {name: after[name] for name in added}

            def action(paths: list[pathlib.Path] = paths) -> object:
                return building.add_pictures(index, paths)

        else:
            wanted = after

            def action() -> object:
                return building.build_index(folder, images, index)

        done = killed(action, random.random() * _MAX_SECONDS)
        found = opened(index)
        if found == expected(wanted):
            new, before = new + 1, wanted
        else:
            assert not done, "a change that ended is not there"
            assert found == expected(before), "neither the old nor the new"
            old += 1
    building.build_index(folder, images, index)
    assert opened(index) == expected(contents_of(images))
    leftovers = {p.name for p in index.iterdir()} - {
        "collection.json",
        "pictures.sqlite",
        "index",
        "thumbnails",
    }
    assert not leftovers, leftovers
    return new, old


def main() -> None:
    folder, kills = pathlib.Path(sys.argv[1]), int(sys.argv[2])
    # Its lock between processes would stay locked when one is killed.
    tqdm.set_lock(threading.RLock())
    tqdm.monitor_interval = 0
    encoder = HashingEncoder()
    with mock.patch.object(model_files, "open_encoder", return_value=encoder):
        new, old = storm(folder, kills)
    print(f"{new} {old}")


if __name__ == "__main__":
    main()
