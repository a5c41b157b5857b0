"""Does every runtime of an export give the codes of Keras, and how fast?

    python -m benchmarks.serving --workdir=RUN --output=EXPORT

sends the run's query images through the C and C++ programs, the test server
over gRPC and REST, and OpenVINO, and prints a Markdown table. The server is
the small one of the tests, not TensorFlow Serving: its times are bounds for the
protocols and the graph, not for a real server. Needs
`pip install -e '.[test,openvino]'` and a compiler.
"""

import argparse
import pathlib
import subprocess
import tempfile
import time
from collections.abc import Iterator

import numpy as np
import openvino
import tensorflow as tf
from tqdm import tqdm

from export.client import encode_files
from export.finished_run import FinishedRun, read_run
from export.serving.client import connect
from tests.export import native_build
from tests.export.serving.serving_server import ServingServer
from tf_dnnh.data.preprocessing import load_image

BATCH = 16
ONE_BY_ONE = 100


class Images:
    """The queries as files, as pixels, and the codes Keras gives them."""

    def __init__(self, run: FinishedRun, count: int, folder: pathlib.Path):
        size = run.model.image_size
        self.bits = run.model.bits
        self.files, self.pixel_files, loaded = [], [], []
        for number, index in enumerate(run.split.queries[:count]):
            contents = run.encoded(int(index))
            self.files.append(str(folder / f"{number}.image"))
            pathlib.Path(self.files[-1]).write_bytes(contents)
            loaded.append(load_image(contents, size).numpy())
        images = np.stack(loaded)
        self.file_codes = run.model.encode(images)
        self.pixels = np.round(images).astype(np.uint8)
        self.pixel_codes = run.model.encode(self.pixels)
        header = f"P6\n{size[1]} {size[0]}\n255\n".encode()
        for number, pixels in enumerate(self.pixels):
            self.pixel_files.append(str(folder / f"{number}.ppm"))
            path = pathlib.Path(self.pixel_files[-1])
            path.write_bytes(header + pixels.tobytes())

    def row(
        self, name: str, found: np.ndarray, expected: np.ndarray, cost: str
    ) -> str:
        """Returns one row of the table."""
        flipped = np.bitwise_count(found ^ expected).sum()
        equal = 1 - flipped / (len(expected) * self.bits)
        same = np.mean(np.all(found == expected, axis=1))
        return f"| {name} | {equal:.4%} | {same:.2%} | {cost} |"


def from_hex(lines: list[str]) -> np.ndarray:
    """Returns packed codes, uint8 [n, bytes]."""
    return np.array([list(bytes.fromhex(line)) for line in lines], np.uint8)


def native_rows(images: Images, saved_model: pathlib.Path) -> Iterator[str]:
    """Runs both programs on files and pixels."""
    for language, name in (("c", "C API"), ("cc", "C++ loader")):
        for signature, files, expected in (
            ("serving_bytes", images.files, images.file_codes),
            ("serving_uint8", images.pixel_files, images.pixel_codes),
        ):
            done = subprocess.run(
                [native_build.build(language), saved_model, signature, *files],
                capture_output=True,
                text=True,
                check=True,
            )
            found = from_hex(done.stdout.split())
            yield images.row(f"{name}, `{signature}`", found, expected, "")


def server_rows(images: Images, base_path: pathlib.Path) -> Iterator[str]:
    """Queries the test server over both protocols."""
    with ServingServer(base_path) as server:
        for name, url in (("gRPC", server.grpc_url), ("REST", server.rest_url)):
            encode = connect(url)
            begin = time.perf_counter()
            codes = list(encode_files(encode, images.files, BATCH))
            rate = len(codes) / (time.perf_counter() - begin)
            times = []
            for file in images.files[:ONE_BY_ONE]:
                contents = pathlib.Path(file).read_bytes()
                begin = time.perf_counter()
                encode([contents])
                times.append(1000 * (time.perf_counter() - begin))
            cost = f"{np.median(times):.1f} ms alone, {rate:.0f}/s by {BATCH}"
            found = np.array([list(code) for code in codes], np.uint8)
            yield images.row(name, found, images.file_codes, cost)


def openvino_rows(images: Images, saved_model: pathlib.Path) -> Iterator[str]:
    """Reads the SavedModel with OpenVINO, in both of its precisions."""
    core = openvino.Core()
    for config in ({"INFERENCE_PRECISION_HINT": "f32"}, {}):
        program = core.compile_model(
            core.read_model(str(saved_model)), "CPU", config
        )
        precision = program.get_property("INFERENCE_PRECISION_HINT")
        found = np.concatenate(
            [
                program([images.pixels[i : i + 64].astype(np.float32)])["code"]
                for i in range(0, len(images.pixels), 64)
            ]
        )
        times = []
        for pixels in images.pixels[:ONE_BY_ONE]:
            begin = time.perf_counter()
            program([pixels[None].astype(np.float32)])
            times.append(1000 * (time.perf_counter() - begin))
        name = f"OpenVINO, {precision.get_type_name()}"
        cost = f"{np.median(times):.2f} ms alone"
        yield images.row(name, found, images.pixel_codes, cost)


def keras_row(images: Images, run: FinishedRun) -> str:
    """Times `predict` on one image, for comparison."""
    one = images.pixels[:1].astype(np.float32)
    run.model.predict(one, verbose=0)
    times = []
    for _ in range(20):
        begin = time.perf_counter()
        run.model.predict(one, verbose=0)
        times.append(1000 * (time.perf_counter() - begin))
    cost = f"{np.median(times):.1f} ms alone"
    codes = images.file_codes
    return images.row("Keras `predict`", codes, codes, cost)


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--workdir", type=pathlib.Path, required=True)
    parser.add_argument("--output", type=pathlib.Path, required=True)
    parser.add_argument("--images", type=int, default=1000)
    flags = parser.parse_args()
    base_path = flags.output / "saved_model"
    versions = [p for p in base_path.iterdir() if p.name.isdecimal()]
    saved_model = max(versions, key=lambda path: int(path.name))
    run = read_run(flags.workdir)
    with tempfile.TemporaryDirectory() as folder:
        images = Images(run, flags.images, pathlib.Path(folder))
        print(f"{len(images.files)} images, TensorFlow {tf.__version__}\n")
        print("| path | bits equal | codes equal | time |\n|---|---|---|---|")
        print(keras_row(images, run))
        for rows in (
            native_rows(images, saved_model),
            server_rows(images, base_path),
            openvino_rows(images, saved_model),
        ):
            for row in tqdm(rows, disable=None, leave=False):
                print(row, flush=True)


if __name__ == "__main__":
    main()
