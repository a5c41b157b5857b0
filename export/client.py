"""Prints the codes that a running model server computes from images.

`python -m export.client --url=http://localhost:8501 IMAGE...` prints one line
of hexadecimal digits per image, in the order of the command line. The address
chooses the protocol: `grpc://HOST:8500` or `HOST:8500` for gRPC
(PredictionService), `http://HOST:8501` for REST. Exit status: 0 for success,
1 if the server or an image failed, 2 if the command was wrong.
"""

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NoReturn

from export.serving.client import Encoder, connect
from export.serving.serving_error import ServingError
from tf_dnnh import commands


def encode_files(
    encode: Encoder, paths: Sequence[str], batch_size: int
) -> Iterator[bytes]:
    """Yields the packed codes of image files, `batch_size` per request.

    A server rejects a whole request for one bad image. Such a request is
    repeated image by image, so that the message names the file and the codes
    before it are still yielded.
    """
    for start in range(0, len(paths), batch_size):
        names = paths[start : start + batch_size]
        images = [_read(name) for name in names]
        try:
            yield from encode(images)
            continue
        except ServingError as error:
            if not error.rejected:
                raise
        for name, image in zip(names, images, strict=True):
            try:
                yield from encode([image])
            except ServingError as error:
                raise ServingError(f"{name}: {error}") from error


def _read(name: str) -> bytes:
    try:
        return Path(name).read_bytes()
    except OSError as error:
        raise ServingError(f"cannot read {name}: {error.strerror}") from error


class _Parser(argparse.ArgumentParser):
    """Reports errors in one sentence, without the usage."""

    def error(self, message: str) -> NoReturn:
        self.exit(commands.complain(message, commands.WRONG_COMMAND))


def _positive(kind: type) -> Callable[[str], Any]:
    def parse(text: str) -> Any:
        value = kind(text)
        if not value > 0:
            raise ValueError
        return value

    parse.__name__ = f"positive {kind.__name__}"
    return parse


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="python -m export.client",
        description="Prints the codes of images, computed by a model server.",
    )
    add = parser.add_argument
    add("images", nargs="+", metavar="IMAGE", help="JPEG, PNG, GIF or BMP")
    add(
        "--url",
        required=True,
        help="grpc://HOST:8500, HOST:8500 or http://HOST:8501",
    )
    add("--model", default="tf_dnnh", help="the model's name (tf_dnnh)")
    add("--version", type=_positive(int), help="the version (the latest)")
    add("--timeout", type=_positive(float), default=30.0, help="seconds (30)")
    add(
        "--batch_size",
        type=_positive(int),
        default=16,
        help="images per request (16)",
    )
    add("--debug", action="store_true", help="show tracebacks")
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Parses the command line and runs; returns the exit status."""
    parser = _parser()
    flags = parser.parse_args(argv)
    try:
        encode = connect(
            flags.url,
            model=flags.model,
            version=flags.version,
            timeout=flags.timeout,
        )
    except ValueError as error:
        parser.error(str(error))

    def body() -> None:
        for code in encode_files(encode, flags.images, flags.batch_size):
            print(code.hex(), flush=True)

    return commands.guarded(body, flags.debug)


if __name__ == "__main__":
    sys.exit(main())
