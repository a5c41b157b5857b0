"""Trains five steps on one device and on several; prints the differences.

A separate program, because TensorFlow's devices are fixed at its first use.
With the environment variable TF_CONFIG it is one worker of a cluster; otherwise
it splits the CPU into two devices.
"""

import json
import os
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import keras
import numpy as np
import tensorflow as tf

from tf_dnnh.models import build_hashing_model
from trainers.config import Config
from trainers.losses import triplet_ranking
from trainers.optimizers import make_optimizer
from trainers.precision import dtype_policy
from trainers.strategy import make_strategy, split_cpu
from trainers.trainer import Trainer

STEPS, BATCH = 5, 48
CONFIGS = {
    "adamw": Config(batch_size=BATCH, mining="batch_all", precision="float32"),
    "sgd": Config(
        batch_size=BATCH,
        optimizer="sgd",
        learning_rate=0.05,
        clip_norm=0.5,
        mining="random",
        loss_reduction="mean_nonzero",
        precision="float32",
    ),
    "mixed_float16": Config(batch_size=BATCH, precision="mixed_float16"),
}


def train(config: Config, strategy: tf.distribute.Strategy) -> list[np.ndarray]:
    """Returns the weights after five steps on images drawn from the seed."""
    rng = np.random.default_rng(0)
    images = rng.uniform(0, 255, [STEPS, BATCH, 8, 8, 3]).astype(np.float32)
    labels = rng.integers(0, 4, [STEPS, BATCH])
    keras.utils.set_random_seed(0)
    keras.mixed_precision.set_global_policy(dtype_policy(config))
    with strategy.scope():
        model = build_hashing_model(
            "plain_cnn", 8, (8, 8, 3), dropout=0.0, seed=0
        )
        optimizer = make_optimizer(config, total_steps=20)
    trainer = Trainer(
        model,
        optimizer,
        strategy,
        triplet_ranking(config),
    )

    def read(context: tf.distribute.InputContext) -> tf.data.Dataset:
        part = BATCH // context.num_input_pipelines
        start = part * context.input_pipeline_id
        rows = slice(start, start + part)
        stream = tf.data.Dataset.from_tensor_slices(
            (images[:, rows], labels[:, rows])
        )
        return stream.rebatch(context.get_per_replica_batch_size(BATCH))

    batches = iter(strategy.distribute_datasets_from_function(read))
    trainer.train(batches, tf.constant(STEPS))
    return [variable.numpy() for variable in model.variables]


def main() -> None:
    """Prints the largest difference for every configuration named."""
    if "TF_CONFIG" in os.environ:
        several = make_strategy("multi_worker")
    else:
        split_cpu(2)
        several = make_strategy("mirrored")
    assert several.num_replicas_in_sync > 1
    one = make_strategy("one_device")
    differences = {}
    for name in sys.argv[1:]:
        pairs = zip(
            train(CONFIGS[name], several),
            train(CONFIGS[name], one),
            strict=True,
        )
        differences[name] = max(float(np.abs(a - b).max()) for a, b in pairs)
    print(json.dumps(differences))


if __name__ == "__main__":
    main()
