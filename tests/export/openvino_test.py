"""Tests that OpenVINO computes the same bits with the SavedModel."""

import unittest

import numpy as np
import tensorflow as tf

from tests.export.tiny_export import BITS, HEIGHT, WIDTH, tiny_export

try:
    import openvino
except ImportError:
    openvino = None

IMAGES = 500


def pictures(count: int) -> np.ndarray:
    patches = np.random.default_rng(0).integers(0, 256, (count, 4, 4, 3))
    smooth = tf.image.resize(patches.astype(np.float32), (HEIGHT, WIDTH))
    return smooth.numpy().astype(np.uint8)


def bits(codes: np.ndarray) -> np.ndarray:
    return np.unpackbits(codes, axis=-1)[:, :BITS]


@unittest.skipIf(
    openvino is None, "needs the extra: pip install -e '.[openvino]'"
)
class OpenVinoTest(unittest.TestCase):
    def test_bits_agree_with_keras(self):
        export = tiny_export()
        core = openvino.Core()
        model = core.compile_model(
            core.read_model(str(export.saved_model)),
            "CPU",
            # On processors with bfloat16 it would compute in that by default,
            # and about one bit in 900 falls on the other side.
            {"INFERENCE_PRECISION_HINT": "f32"},
        )
        images = pictures(IMAGES)
        answer = model([images.astype(np.float32)])
        expected = bits(export.model.encode(images))
        # Agreement is meaningless unless the images vary the bits.
        self.assertTrue(np.any(expected.min(0) != expected.max(0)))
        agreement = np.mean(bits(answer["code"]) == expected)
        self.assertGreaterEqual(agreement, 0.999)
        np.testing.assert_allclose(
            answer["relaxed"], export.model(images), atol=1e-5
        )


if __name__ == "__main__":
    unittest.main()
