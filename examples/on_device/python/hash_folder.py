"""Hashes pictures with an exported `.tflite` file and searches their codes.

Needs this folder and `pip install ai-edge-litert "numpy>=2" pillow` (Pillow
reads the pictures); neither TensorFlow nor tf_dnnh.

    python hash_folder.py encode --model=M.tflite --images=DIR --output=C.npz
    python hash_folder.py search --model=M.tflite --codes=C.npz PICTURE...
    python hash_folder.py time --model=M.tflite --codes=100000
"""

import argparse
import sys
import time
from pathlib import Path

import numpy as np
from code_table import CodeTable, load_codes, save_codes
from hasher import Hasher, UserError
from PIL import Image

SUFFIXES = {".bmp", ".gif", ".jpeg", ".jpg", ".png", ".webp"}


def find_images(folder) -> list[Path]:
    """Lists the pictures in a folder and its subfolders, sorted."""
    paths = [p for p in Path(folder).rglob("*") if p.suffix.lower() in SUFFIXES]
    if not paths:
        raise UserError(f"No {' '.join(sorted(SUFFIXES))} file in {folder}.")
    return sorted(paths)


def hash_images(hasher: Hasher, paths: list[Path], batch_size: int):
    """Hashes files batch by batch, and reports those that cannot be read.

    Returns:
        the paths that were read, their codes uint8 [n, bytes], and the
        seconds spent reading and in the network.
    """
    kept, codes, seconds = [], [], np.zeros(2)
    for start in range(0, len(paths), batch_size):
        begin = time.perf_counter()
        images = []
        for path in paths[start : start + batch_size]:
            try:
                images.append(hasher.read(path))
            except (OSError, ValueError, Image.DecompressionBombError) as error:
                print(f"Skipped {path}: {error}", file=sys.stderr)
            else:
                kept.append(path)
        middle = time.perf_counter()
        if images:
            codes.append(hasher.encode(np.stack(images)))
        seconds += middle - begin, time.perf_counter() - middle
        done = min(start + batch_size, len(paths))
        show_progress(done, len(paths), seconds.sum())
    if not kept:
        raise UserError("None of the pictures could be read.")
    return kept, np.concatenate(codes), seconds


def show_progress(done: int, total: int, seconds: float) -> None:
    """Prints a line that overwrites itself, on a terminal only."""
    if sys.stderr.isatty():
        left = seconds / done * (total - done)
        end = "\n" if done == total else ""
        line = f"\r{done:,} of {total:,}, {left:.0f} s left "
        print(line, end=end, file=sys.stderr, flush=True)


def encode(args) -> None:
    """Writes the codes of a folder's pictures."""
    hasher = Hasher(args.model, args.threads)
    paths, codes, seconds = hash_images(
        hasher, find_images(args.images), args.batch_size
    )
    ids = [path.relative_to(args.images).as_posix() for path in paths]
    save_codes(args.output, ids, codes, hasher)
    reading, network = 1000 * seconds / len(ids)
    print(
        f"{len(ids):,} codes of {hasher.bits} bits in {args.output}: "
        f"{reading + network:.2f} ms per image ({reading:.2f} reading and "
        f"resizing, {network:.2f} network)."
    )


def search(args) -> None:
    """Prints the nearest of the stored codes for each picture."""
    hasher = Hasher(args.model, args.threads)
    ids, codes = load_codes(args.codes, hasher)
    table = CodeTable(codes)
    pictures = [Path(picture) for picture in args.pictures]
    pictures, queries, _ = hash_images(hasher, pictures, args.batch_size)
    for picture, query in zip(pictures, queries, strict=True):
        begin = time.perf_counter()
        distances, rows = table.search(query, args.neighbours)
        milliseconds = 1000 * (time.perf_counter() - begin)
        print(
            f"{picture} {query.tobytes().hex()} ({len(ids):,} codes searched "
            f"in {milliseconds:.2f} ms)"
        )
        for distance, row in zip(distances, rows, strict=True):
            print(f"{distance:5d}  {ids[row]}")


def measure(args) -> None:
    """Prints median times on random pixels and random codes."""
    hasher = Hasher(args.model, args.threads)
    random = np.random.default_rng(0)
    image = random.uniform(0, 255, (1, *hasher.image_size, 3))
    image = image.astype(np.float32)
    code = hasher.encode(image)[0]
    table = CodeTable(
        random.integers(0, 256, (args.codes, code.size), dtype=np.uint8)
    )
    network = median_milliseconds(lambda: hasher.encode(image))
    scan = median_milliseconds(lambda: table.search(code, 10))
    print(
        f"{network:.2f} ms per picture (network, one at a time), {scan:.2f} ms "
        f"per search over {args.codes:,} codes of {hasher.bits} bits; medians "
        "of 100."
    )


def median_milliseconds(function) -> float:
    """Returns the median time of 100 calls in milliseconds."""
    times = []
    for _ in range(100):
        begin = time.perf_counter()
        function()
        times.append(time.perf_counter() - begin)
    return 1000 * float(np.median(times))


def parse(arguments: list[str] | None) -> argparse.Namespace:
    """Parses the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    commands = parser.add_subparsers(required=True)
    for function, name in (
        (encode, "encode"),
        (search, "search"),
        (measure, "time"),
    ):
        command = commands.add_parser(name, help=function.__doc__)
        command.set_defaults(run=function)
        command.add_argument("--model", required=True, help="the .tflite file")
        command.add_argument("--threads", type=int, help="default: LiteRT's")
        command.add_argument("--batch_size", type=int, default=8)
    encoding, searching, timing = commands.choices.values()
    encoding.add_argument("--images", required=True, help="a folder")
    encoding.add_argument("--output", required=True, help="the .npz to write")
    searching.add_argument("--codes", required=True, action="append")
    searching.add_argument("--neighbours", type=int, default=10)
    searching.add_argument("pictures", nargs="+", metavar="PICTURE")
    timing.add_argument("--codes", type=int, default=100_000)
    return parser.parse_args(arguments)


def main(arguments: list[str] | None = None) -> int:
    """Returns the exit status: 0, or 1 after an error message on stderr."""
    args = parse(arguments)
    try:
        args.run(args)
    except (UserError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
