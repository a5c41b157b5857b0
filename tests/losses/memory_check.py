"""Trains a step on 1,024 images and prints the peak memory in gigabytes.

A program of its own, since a process only knows the peak of its whole life.
"""

import os
import resource
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import keras
import numpy as np
import tensorflow as tf

from tf_dnnh.losses import TripletRankingLoss
from tf_dnnh.models import build_hashing_model


def main() -> None:
    """Fits one batch with every triplet of it."""
    # The peak depends on which operations overlap, and that on what else the
    # machine does: one at a time makes it the same every time.
    tf.config.threading.set_inter_op_parallelism_threads(1)
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, [1024, 32, 32, 3], np.uint8)
    model = build_hashing_model("small_resnet", bits=48, seed=0)
    model.compile(
        keras.optimizers.SGD(0.01), TripletRankingLoss(), jit_compile=False
    )
    model.fit(images, rng.integers(0, 10, 1024), batch_size=1024, verbose=0)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    unit = 1 if sys.platform == "darwin" else 1024
    print(peak * unit / 1e9)


if __name__ == "__main__":
    main()
