"""Do large images stream? How fast, and in how much memory?

    python -m tools.miniature BIG --images=20000 --sides 256 256
    python -m benchmarks.input_pipeline --data_dir=BIG

measures a run of the NUS-WIDE preset stage by stage, each in its own process,
and prints the largest resident memory of each process beside its times:

- preparation: label files, finding the images, decoding each once, the split;
- training: the input alone, a plain pipeline that only decodes, resizes and
  crops JPEGs of the same images, the training step alone on one fixed batch,
  and input and step together, in turns; batches prefetched meanwhile are
  discarded before each;
- evaluation: the encoding of database images into the cache that a killed
  evaluation resumes from, and all metrics at the full size of the database.
"""

import argparse
import functools
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf

from benchmarks.train_step import Cost
from tf_dnnh import metrics
from tf_dnnh.data import FileSource, ImageDataset
from tf_dnnh.models import build_hashing_model
from tf_dnnh.runs.run_folder import RunFolder
from tools.machine import machine, peak_bytes
from trainers.config import Config, from_preset, parse_overrides
from trainers.encoder import Encoder
from trainers.frozen.output_cache import OutputCache
from trainers.job import make_job
from trainers.run_data import load_run_data
from trainers.strategy import make_strategy
from trainers.training import make_trainer

# Batches that the pipeline may hold ready: the prefetched ones and a few more.
AHEAD = 8
# Reading alone is fast: a measurement takes so many times as many batches.
INPUT_STEPS = 10


def timed(work: Callable[[], object]) -> Cost:
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return Cost(time.perf_counter() - wall, time.process_time() - cpu)


def figures(costs: list[Cost], images: int) -> dict[str, float]:
    """Returns images per second and CPU time per image, both medians."""
    return {
        "images": images,
        "images_per_second": images / statistics.median(c.wall for c in costs),
        "cpu_ms": 1000 * statistics.median(c.cpu for c in costs) / images,
    }


def prepare(config: Config, options: argparse.Namespace) -> dict:
    del options
    found = []
    cost = timed(lambda: found.extend(load_run_data(config)))
    dataset, split = found
    again = timed(lambda: load_run_data(config))
    return {
        "prepared": figures([cost], len(dataset)),
        "prepared again": figures([again], len(dataset)),
        "counts": split.counts(),
    }


def train(config: Config, options: argparse.Namespace) -> dict:
    dataset, split = load_run_data(config)
    strategy = make_strategy("one_device")
    job = make_job(config, RunFolder(Path()), dataset, split, strategy)
    dealing = timed(lambda: job.batches(1))
    parts, trainer = make_trainer(job)
    inputs, both = job.stream(parts), job.stream(parts)
    plain = plain_batches(config, dataset, split.training)
    same = tf.data.Dataset.from_tensors(next(both)).repeat()
    one = iter(strategy.experimental_distribute_dataset(same))

    def read(batches: Iterator) -> Callable[[int], None]:
        def work(steps: int) -> None:
            for _ in range(INPUT_STEPS * steps):
                next(batches)

        return work

    def step(batches: object) -> Callable[[int], object]:
        return lambda n: trainer.train(batches, tf.constant(n))["loss"].numpy()

    works = {
        "input alone": (read(inputs), lambda: read(inputs)(1)),
        "plain pipeline": (read(plain), lambda: read(plain)(1)),
        "step alone": (step(one), lambda: None),
        "together": (step(both), lambda: [next(both) for _ in range(AHEAD)]),
    }
    step(one)(1)  # traces
    costs: dict[str, list[Cost]] = {name: [] for name in works}
    for _ in range(options.rounds):
        for name, (work, drain) in works.items():
            drain()
            costs[name].append(timed(functools.partial(work, options.steps)))
    images = options.steps * config.batch_size
    read_images = INPUT_STEPS * images
    result = {
        "an epoch's batches dealt": figures([dealing], len(split.training)),
        **{
            name: figures(costs.pop(name), read_images)
            for name in ("input alone", "plain pipeline")
        },
        **{name: figures(own, images) for name, own in costs.items()},
    }
    own, least = (
        result[name]["images_per_second"]
        for name in ("input alone", "plain pipeline")
    )
    return {**result, "ratio": own / least}


def plain_batches(
    config: Config, dataset: ImageDataset, rows: np.ndarray
) -> Iterator[tf.Tensor]:
    """Streams random crops of JPEGs, without guards, order or labels."""
    load_size = config.size_loaded or config.size
    source = dataset.source
    assert isinstance(source, FileSource)
    paths = [str(source.path(row)) for row in rows]

    def read(path: tf.Tensor) -> tf.Tensor:
        image = tf.io.decode_jpeg(tf.io.read_file(path), channels=3)
        image = tf.image.resize(image, load_size)
        return tf.image.random_crop(image, [*config.size, 3])

    stream = tf.data.Dataset.from_tensor_slices(paths).repeat()
    stream = stream.map(read, num_parallel_calls=tf.data.AUTOTUNE)
    return iter(stream.batch(config.batch_size).prefetch(tf.data.AUTOTUNE))


def evaluate(config: Config, options: argparse.Namespace) -> dict:
    dataset, split = load_run_data(config)
    model = make_model(config)
    encoder = Encoder(model, dataset)
    rows = split.database[: options.encode]
    encoder.logits(rows[:64])  # traces
    with tempfile.TemporaryDirectory() as folder:
        cache = OutputCache.on_disk(
            Path(folder), "logits", len(dataset), (config.bits,)
        )
        encoding = timed(lambda: encoder.logits(rows, "database", cache))
        again = timed(lambda: encoder.logits(rows, None, cache))
    rng = np.random.default_rng(0)
    codes = [
        rng.integers(0, 256, [len(part), -(-config.bits // 8)], np.uint8)
        for part in (split.queries, split.database)
    ]
    labels = [dataset.labels[p] for p in (split.queries, split.database)]
    scoring = timed(
        lambda: metrics.evaluate(*codes, *labels, config.bits, map_top_n=5000)
    )
    return {
        "encoding": figures([encoding], len(rows)),
        "encoding again, kept": figures([again], len(rows)),
        "all metrics": figures([scoring], len(split.database)),
    }


def make_model(config: Config) -> keras.Model:
    return build_hashing_model(
        config.backbone,
        bits=config.bits,
        input_shape=(*config.size, 3),
        load_size=config.size_loaded,
        seed=config.seed,
    )


STAGES = {"preparation": prepare, "training": train, "evaluation": evaluate}


def run_stage(stage: str) -> dict:
    """Runs a stage in its own process; returns the figures that it prints."""
    arguments = [*sys.argv[1:], f"--stage={stage}"]
    process = subprocess.run(
        [sys.executable, "-m", "benchmarks.input_pipeline", *arguments],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return json.loads(process.stdout.splitlines()[-1])


def table(results: dict[str, dict]) -> str:
    lines = [
        "| stage | largest memory | work | images | images/s "
        "| CPU ms per image |",
        "|---|---:|---|---:|---:|---:|",
    ]
    for stage, result in results.items():
        memory = f"{result.pop('gigabytes'):.2f} GB"
        for name, value in result.items():
            if not isinstance(value, dict) or name == "counts":
                continue
            lines.append(
                f"| {stage} | {memory} | {name} | {value['images']:,} "
                f"| {value['images_per_second']:,.1f} "
                f"| {value['cpu_ms']:.2f} |"
            )
            stage = memory = ""
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data_dir", required=True)
    parser.add_argument("--protocol", default="lai2015")
    parser.add_argument("--backbone", default="nin")
    parser.add_argument("--bits", type=int, default=48)
    parser.add_argument("--steps", type=int, default=5, help="per round")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--encode", type=int, default=1000, help="images")
    parser.add_argument("--override", action="append", default=[])
    parser.add_argument("--stage", choices=STAGES, help="only this one")
    options = parser.parse_args()
    names = ("data_dir", "protocol", "backbone", "bits")
    changes = {name: getattr(options, name) for name in names}
    changes |= parse_overrides(options.override)
    config = from_preset("nuswide", changes)
    if options.stage:
        result = STAGES[options.stage](config, options)
        print(json.dumps({**result, "gigabytes": peak_bytes() / 2**30}))
        return
    print(
        f"{machine()}; TensorFlow {tf.__version__}, Keras {keras.__version__}; "
        f"load {os.getloadavg()[0]:.1f}; {config.backbone}, {config.bits} "
        f"bits, batch {config.batch_size}"
    )
    results = {stage: run_stage(stage) for stage in STAGES}
    print(f"{results['preparation']['counts']}\n\n{table(results)}")
    ratio = results["training"]["ratio"]
    print(f"\nThe input reads {ratio:.2f} times as fast as the plain pipeline.")


if __name__ == "__main__":
    main()
