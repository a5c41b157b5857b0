"""Trains one step on 1,024 images and prints the peak memory in gigabytes.

A separate program, because the peak memory is that of a whole process.
"""

import os

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import keras
import numpy as np

from tf_dnnh.losses import TripletRankingLoss
from tf_dnnh.models import build_hashing_model
from tools.machine import peak_bytes


def main() -> None:
    """Trains on one batch with all its triplets."""
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, [1024, 32, 32, 3], np.uint8)
    model = build_hashing_model("small_resnet", bits=48, seed=0)
    model.compile(keras.optimizers.SGD(0.01), TripletRankingLoss())
    model.fit(images, rng.integers(0, 10, 1024), batch_size=1024, verbose=0)
    print(peak_bytes() / 1e9)


if __name__ == "__main__":
    main()
