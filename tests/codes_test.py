"""Tests of bit order, threshold, packing and distances."""

import unittest

import numpy as np
import tensorflow as tf

from tf_dnnh import codes


class PackTest(unittest.TestCase):
    def test_first_bit_is_the_most_significant(self):
        self.assertEqual(codes.pack([1, 0, 0, 0, 0, 0, 1, 0]).tolist(), [130])

    def test_is_padded_with_zero_bits_to_whole_bytes(self):
        # 1111 1111 | 1000 0000
        self.assertEqual(codes.pack(np.ones([2, 9])).tolist(), [[255, 128]] * 2)

    def test_unpack_is_the_inverse_for_every_length(self):
        rng = np.random.default_rng(0)
        for bits in (1, 7, 8, 9, 12, 48, 64, 65):
            ones = rng.integers(0, 2, [3, 2, bits])
            packed = codes.pack(ones)
            with self.subTest(bits=bits):
                self.assertEqual(packed.dtype, np.uint8)
                self.assertEqual(packed.shape, (3, 2, codes.code_bytes(bits)))
                np.testing.assert_array_equal(codes.unpack(packed, bits), ones)

    def test_takes_booleans(self):
        self.assertEqual(codes.pack(np.array([True, False])).tolist(), [128])

    def test_refuses_relaxed_codes(self):
        with self.assertRaisesRegex(ValueError, "only 0 and 1.*0.25"):
            codes.pack([0.0, 1.0, 0.25])

    def test_unpack_refuses_another_length_or_type(self):
        with self.assertRaisesRegex(ValueError, r"uint8 \[..., 2\]"):
            codes.unpack(np.zeros([3, 1], np.uint8), 9)
        with self.assertRaisesRegex(ValueError, "int64"):
            codes.unpack(np.zeros([3, 2], np.int64), 9)

    def test_refuses_no_bits(self):
        with self.assertRaisesRegex(ValueError, "bits=0"):
            codes.code_bytes(0)

    def test_hexadecimal_has_two_digits_a_byte(self):
        packed = np.array([[0, 255], [16, 1]], np.uint8)
        self.assertEqual(codes.to_hex(packed), ["00ff", "1001"])


class HammingDistanceTest(unittest.TestCase):
    def test_equals_the_count_of_unequal_bits(self):
        rng = np.random.default_rng(0)
        a, b = rng.integers(0, 2, [5, 12]), rng.integers(0, 2, [7, 12])
        expected = (a[:, None] != b[None]).sum(axis=-1)
        distances = codes.hamming_distance(
            codes.pack(a)[:, None], codes.pack(b)[None]
        )
        np.testing.assert_array_equal(distances, expected)

    def test_does_not_overflow_long_codes(self):
        zeros, ones = np.zeros(64, np.uint8), np.full(64, 255, np.uint8)
        self.assertEqual(codes.hamming_distance(zeros, ones), 512)

    def test_refuses_codes_that_do_not_fit(self):
        short, long = np.zeros([1, 1], np.uint8), np.zeros([1, 2], np.uint8)
        with self.assertRaisesRegex(ValueError, "same length"):
            codes.hamming_distance(short, long)
        with self.assertRaisesRegex(ValueError, "packed uint8"):
            codes.hamming_distance(long, long.astype(float))


class ThresholdTest(unittest.TestCase):
    def test_zero_logit_is_one(self):
        logits = [-1e-30, -0.0, 0.0, 1e-30]
        for given in (np.float32(logits), logits, tf.constant(logits)):
            bits = codes.bits_from_logits(given)
            self.assertEqual(np.asarray(bits).tolist(), [0, 1, 1, 1])

    def test_takes_single_numbers(self):
        for zero in (0.0, np.float32(0.0)):
            self.assertEqual(codes.bits_from_logits(zero), 1)
            self.assertEqual(codes.bits_from_relaxed(zero), 0)

    def test_half_relaxed_is_one(self):
        relaxed = [0.0, 0.49999997, 0.5, 1.0]
        for given in (np.float32(relaxed), relaxed, tf.constant(relaxed)):
            bits = codes.bits_from_relaxed(given)
            self.assertEqual(np.asarray(bits).tolist(), [0, 0, 1, 1])

    def test_types(self):
        self.assertEqual(codes.bits_from_logits(np.zeros(2)).dtype, np.uint8)
        self.assertEqual(codes.bits_from_logits(tf.zeros(2)).dtype, tf.int32)

    def test_packing_in_a_graph_equals_packing_arrays(self):
        rng = np.random.default_rng(0)
        for bits in (1, 8, 12, 48):
            logits = rng.normal(size=[5, bits]).astype(np.float32)
            logits[0] = 0.0
            expected = codes.pack(codes.bits_from_logits(logits))
            for xla in (False, True):
                graph = tf.function(
                    codes.pack_logits,
                    input_signature=[tf.TensorSpec([None, bits])],
                    jit_compile=xla,
                )
                with self.subTest(bits=bits, xla=xla):
                    packed = graph(tf.constant(logits))
                    self.assertEqual(packed.dtype, tf.uint8)
                    np.testing.assert_array_equal(packed, expected)


if __name__ == "__main__":
    unittest.main()
