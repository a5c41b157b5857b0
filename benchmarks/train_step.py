"""What does training cost in addition to the network itself?

    python -m benchmarks.train_step

measures, in one run and in turns so that a busy machine slows all alike:

- the bare backbone's forward and backward pass, on one batch;
- the whole training step: normalisation, backbone, head, loss over all
  triplets, gradients and optimiser, on one fixed batch;
- the whole loop with its input: index batches, images, augmentation, step;

of the CIFAR-10 preset, on random pictures (their content does not affect the
cost), and then the loss alone, with its gradient, beside one that writes every
triplet of a batch into memory. Ratios are medians over the rounds.
"""

import argparse
import os
import statistics
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import keras
import numpy as np
import tensorflow as tf

from tf_dnnh.data import ImageDataset, Split
from tf_dnnh.data.array_source import ArraySource
from tf_dnnh.losses import batch_triplet_loss
from tf_dnnh.losses.pairs import similarity_masks, squared_distances
from tf_dnnh.models import HashingModel
from tf_dnnh.runs.run_folder import RunFolder
from tools.machine import available_bytes, machine
from trainers.config import Config, from_preset
from trainers.job import make_job
from trainers.strategy import make_strategy
from trainers.training import make_trainer

CLASSES, IMAGES = 10, 5_000
GOALS = {"training step": 0.85, "loop with input": 0.80}
LOSS_BATCHES = (64, 128, 256, 512, 1024)
# Memory of a naive loss and its gradient, in tensors of batch^3 float32 values.
NAIVE_TENSORS = 4


class Cost(NamedTuple):
    """Seconds of one measurement: wall-clock time and CPU time."""

    wall: float
    cpu: float


def in_turns(
    works: dict[str, Callable[[], object]], rounds: int
) -> dict[str, list[Cost]]:
    """Times all works in turns, in each of several rounds."""
    for work in works.values():
        work()  # traces and warms up
    costs: dict[str, list[Cost]] = {name: [] for name in works}
    for _ in range(rounds):
        for name, work in works.items():
            wall, cpu = time.perf_counter(), time.process_time()
            work()
            costs[name].append(
                Cost(time.perf_counter() - wall, time.process_time() - cpu)
            )
    return costs


def ratio(first: list[Cost], second: list[Cost], clock: str) -> float:
    """Returns the median over the rounds of `second` / `first`."""
    pairs = zip(first, second, strict=True)
    return statistics.median(
        getattr(b, clock) / getattr(a, clock) for a, b in pairs
    )


def made_up_data() -> tuple[ImageDataset, Split]:
    """Returns as many training images as the protocol has, and no others."""
    rng = np.random.default_rng(0)
    dataset = ImageDataset(
        "cifar10",
        np.arange(IMAGES) % CLASSES,
        np.arange(IMAGES).astype(str),
        [str(i) for i in range(CLASSES)],
        ArraySource(rng.integers(0, 256, (IMAGES, 32, 32, 3), np.uint8)),
    )
    nothing = np.empty(0, np.int64)
    everything = np.arange(IMAGES)
    split = Split(
        "cifar10", "none", 0, dataset.ids, nothing, nothing, everything, nothing
    )
    return dataset, split


def bare_backbone(
    model: HashingModel, images: tf.Tensor, steps: int
) -> Callable[[], object]:
    """Returns work: the backbone's features and the gradient of their sum."""
    images = model.normalization(images)
    variables = [v.value for v in model.backbone.trainable_variables]

    @tf.function
    def gradients() -> list[tf.Tensor]:
        with tf.GradientTape() as tape:
            features = model.backbone(images, training=True)
        return tape.gradient(features, variables)

    return lambda: [gradients()[0].numpy() for _ in range(steps)]


def training_works(
    config: Config, steps: int
) -> dict[str, Callable[[], object]]:
    """Returns the three works to time, `steps` batches each."""
    dataset, split = made_up_data()
    strategy = make_strategy("one_device")
    job = make_job(config, RunFolder(Path()), dataset, split, strategy)
    parts, trainer = make_trainer(job)
    model, batches = parts.model, job.stream(parts)
    images, labels = next(batches)
    same = tf.data.Dataset.from_tensors((images, labels)).repeat()
    same_stream = iter(strategy.experimental_distribute_dataset(same))
    count = tf.constant(steps)

    def train(batches: Iterator) -> np.ndarray:
        return trainer.train(batches, count)["loss"].numpy()

    return {
        "bare backbone": bare_backbone(model, images, steps),
        "training step": lambda: train(same_stream),
        "loop with input": lambda: train(batches),
    }


def training_table(config: Config, steps: int, rounds: int) -> str:
    """Times training and returns the table."""
    costs = in_turns(training_works(config, steps), rounds)
    backbone = costs["bare backbone"]
    lines = [
        "| | images/s | relative to the backbone | goal | CPU ms per image "
        "| relative to the backbone |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    images = steps * config.batch_size
    for name, own in costs.items():
        wall = statistics.median(cost.wall for cost in own)
        cpu = statistics.median(cost.cpu for cost in own)
        goal = f"{GOALS[name]:.2f}" if name in GOALS else ""
        lines.append(
            f"| {name} | {images / wall:.0f} "
            f"| {1 / ratio(backbone, own, 'wall'):.2f} | {goal} "
            f"| {1000 * cpu / images:.2f} "
            f"| {1 / ratio(backbone, own, 'cpu'):.2f} |"
        )
    return "\n".join(lines)


def naive_loss(codes: tf.Tensor, labels: tf.Tensor, margin: float) -> tf.Tensor:
    """Computes the mean hinge over all triplets, as a batch^3 tensor."""
    distances = squared_distances(codes)
    positives, negatives = similarity_masks(labels)
    hinges = tf.nn.relu(distances[:, :, None] - distances[:, None, :] + margin)
    valid = positives[:, :, None] & negatives[:, None, :]
    valid = tf.cast(valid, tf.float32)
    return tf.reduce_sum(hinges * valid) / tf.reduce_sum(valid)


def with_gradient(
    loss: Callable[[tf.Tensor], tf.Tensor], codes: tf.Tensor
) -> Callable[[], list[np.ndarray]]:
    """Returns a function that computes the loss of `codes` and its gradient."""

    @tf.function
    def compute(codes: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        with tf.GradientTape() as tape:
            tape.watch(codes)
            value = loss(codes)
        return value, tape.gradient(value, codes)

    return lambda: [value.numpy() for value in compute(codes)]


def loss_row(batch: int, bits: int, rounds: int, memory: float) -> str:
    """Times both losses at one batch size and returns the row."""
    rng = np.random.default_rng(batch)
    codes = tf.constant(rng.random((batch, bits), np.float32))
    labels = tf.constant(np.arange(batch) % CLASSES)
    margin = bits / 4
    works = {
        "ours": with_gradient(
            lambda c: batch_triplet_loss(c, labels, margin=margin)[0], codes
        )
    }
    gigabytes = NAIVE_TENSORS * 4 * batch**3 / 1e9
    fits = gigabytes <= memory
    if fits:
        works["naive"] = with_gradient(
            lambda c: naive_loss(c, labels, margin), codes
        )
        for ours, naive in zip(works["ours"](), works["naive"](), strict=True):
            np.testing.assert_allclose(ours, naive, rtol=1e-4, atol=1e-6)
    costs = in_turns(works, rounds)
    own = 1000 * statistics.median(cost.wall for cost in costs["ours"])
    if not fits:
        return (
            f"| {batch:,} | {own:.1f} | not run: {gigabytes:.0f} GB, more than "
            f"--memory={memory:.0f} | |"
        )
    other = 1000 * statistics.median(cost.wall for cost in costs["naive"])
    times = ratio(costs["ours"], costs["naive"], "wall")
    return f"| {batch:,} | {own:.1f} | {other:.1f} | {times:.1f}x |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--batch_size", type=int, default=128)
    parser.add_argument("--bits", type=int, default=48)
    parser.add_argument("--backbone", default="plain_cnn")
    parser.add_argument(
        "--precision", default="float32", help="or mixed_bfloat16, auto"
    )
    parser.add_argument("--jit_compile", action="store_true")
    parser.add_argument("--steps", type=int, default=10, help="per round")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--memory", type=float, help="GB for the naive loss")
    options = parser.parse_args()
    config = from_preset(
        "cifar10",
        {
            "batch_size": options.batch_size,
            "bits": options.bits,
            "backbone": options.backbone,
            "jit_compile": options.jit_compile,
            "precision": options.precision,
        },
    )
    available = available_bytes() or 4e9
    memory = options.memory or 0.5 * available / 1e9
    print(
        f"{machine()}; TensorFlow {tf.__version__}, Keras {keras.__version__}; "
        f"load {os.getloadavg()[0]:.1f}; {config.backbone}, {config.bits} "
        f"bits, batch {config.batch_size}, {config.precision}; "
        f"{options.rounds} rounds of "
        f"{options.steps} steps\n"
    )
    print(training_table(config, options.steps, options.rounds), flush=True)
    print(
        "\n| batch | loss, ms | naive, ms | |\n|---:|---:|---:|---:|",
        flush=True,
    )
    for batch in LOSS_BATCHES:
        print(loss_row(batch, config.bits, options.rounds, memory), flush=True)


if __name__ == "__main__":
    main()
