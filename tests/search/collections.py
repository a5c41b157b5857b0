"""Small folders of pictures, and search commands run in this process."""

import contextlib
import functools
import io
import json
import os
import pathlib
import tempfile
import unittest
from collections.abc import Iterator
from typing import Any
from unittest import mock

import numpy as np
from PIL import Image

from tests.export.tiny_run import shared_tiny_run
from tf_dnnh.search import model_files
from tf_dnnh.search.__main__ import main
from tf_dnnh.search.encoder import Encoder
from tf_dnnh.search.picture import Encoded


def picture(seed: int, side: int = 20) -> bytes:
    """Draws coarse patches of colour as a PNG file."""
    random = np.random.default_rng(seed)
    patches = random.integers(0, 256, (4, 4, 3), np.uint8)
    file = io.BytesIO()
    Image.fromarray(patches).resize((side, side)).save(file, "PNG")
    return file.getvalue()


def write(path: pathlib.Path, seed: int) -> pathlib.Path:
    """Writes a picture and creates its folder."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(picture(seed))
    return path


def write_classes(
    root: pathlib.Path, counts: dict[str, int], first_seed: int = 0
) -> None:
    """Writes folders with as many different pictures each."""
    seed = first_seed
    for label, count in counts.items():
        for i in range(count):
            write(root / label / f"{i:02d}.png", seed)
            seed += 1


def touch(path: pathlib.Path) -> None:
    """Makes a file look changed, however quickly the test runs."""
    state = path.stat()
    os.utime(path, ns=(state.st_atime_ns, state.st_mtime_ns + 10**9))


# Loading a model takes a second, and hundreds of commands need the same.
kept_encoder = functools.cache(model_files.open_encoder)


class Answer:
    """What a command did: exit status, output and messages."""

    def __init__(self, *arguments: Any) -> None:
        out, err = io.StringIO(), io.StringIO()
        argv = ["search", *map(str, arguments)]
        with (
            mock.patch.object(model_files, "open_encoder", kept_encoder),
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(err),
        ):
            self.status = main(argv)
        self.out, self.err = out.getvalue(), err.getvalue()

    @property
    def json(self) -> Any:
        """The output, parsed."""
        if self.status:
            raise AssertionError(self.err)
        return json.loads(self.out)


def build(
    images: pathlib.Path, index: pathlib.Path, *more: str
) -> dict[str, int]:
    """Builds an index with the tiny model; returns the report."""
    return Answer(
        "build",
        f"--model={shared_tiny_run()}",
        f"--images={images}",
        f"--index={index}",
        "--json",
        *more,
    ).json


@contextlib.contextmanager
def counted_encoding() -> Iterator[list[int]]:
    """Yields a list that receives the size of every batch encoded."""
    counts: list[int] = []
    run = Encoder.run

    def counting(encoder: Encoder, images: list) -> Encoded:
        counts.append(len(images))
        return run(encoder, images)

    with mock.patch.object(Encoder, "run", counting):
        yield counts


class CommandCase(unittest.TestCase):
    """Has a folder with six cats and three dogs, and a place for an index."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.images = self.folder / "images"
        self.index = self.folder / "index"
        write_classes(self.images, {"cat": 6, "dog": 3})

    def build(self, *more: str) -> dict[str, int]:
        return build(self.images, self.index, *more)

    def assert_refused(self, answer: Answer, text: str) -> None:
        """Checks for one sentence and status 2."""
        self.assertEqual(answer.status, 2, answer.out + answer.err)
        self.assertRegex(answer.err, f"^error: .*{text}")
        self.assertEqual(answer.err.count("\n"), 1)
        self.assertEqual(answer.out, "")
