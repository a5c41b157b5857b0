"""Sends damaged files to a SavedModel: `python … FOLDER COUNT`.

A separate program, so that a crash does not end the tests. Prints as JSON how
many files gave a code and how many were refused.
"""

import json
import pathlib
import sys

import numpy as np
import tensorflow as tf

from tests.export.pictures import mutated, valid_files


def main(folder: str, count: int) -> None:
    encode = tf.saved_model.load(folder).signatures["serving_bytes"]
    random = np.random.default_rng(0)
    seeds = list(valid_files().values())
    counts = {"encoded": 0, "refused": 0}
    current = pathlib.Path(folder).parent / "current_file"
    for index in range(count):
        content = mutated(seeds[index % len(seeds)], random)
        # After a crash, this file is the one that caused it.
        current.write_bytes(content)
        try:
            outputs = encode(image_bytes=tf.constant([content]))
        except tf.errors.InvalidArgumentError:
            counts["refused"] += 1
            continue
        assert np.isfinite(outputs["relaxed"]).all()
        counts["encoded"] += 1
    print(json.dumps(counts))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
