import dataclasses
import unittest

import numpy as np
import tensorflow as tf

from tests.data import toy
from tf_dnnh.data import AugmentConfig, augment

EVERYTHING = AugmentConfig(
    flip=True,
    crop_padding=2,
    contrast=0.4,
    brightness=20,
    color=10,
    cutout=4,
    rotation=20,
    zoom=0.2,
)
IMAGES = tf.cast(toy.pictures(16, 12), tf.float32)


class AugmentTest(unittest.TestCase):
    def test_off_changes_nothing(self):
        self.assertFalse(AugmentConfig().enabled)
        same = augment(IMAGES, [0, 0], AugmentConfig())
        np.testing.assert_array_equal(same, IMAGES)

    def test_a_function_of_the_seed(self):
        first = augment(IMAGES, [3, 4], EVERYTHING)
        again = augment(IMAGES, [3, 4], EVERYTHING)
        other = augment(IMAGES, [3, 5], EVERYTHING)
        np.testing.assert_array_equal(first, again)
        self.assertGreater(np.abs(first - other).max(), 1)

    def test_flip_mirrors_about_half(self):
        images = tf.repeat(IMAGES[:1], 400, axis=0)
        changed = augment(images, [0, 1], AugmentConfig(flip=True)).numpy()
        mirrored = (changed == IMAGES[0, :, ::-1].numpy()).all(axis=(1, 2, 3))
        same = (changed == IMAGES[0].numpy()).all(axis=(1, 2, 3))
        self.assertTrue((mirrored ^ same).all())
        self.assertTrue(150 < mirrored.sum() < 250)

    def test_crop_is_a_window_of_the_reflected_image(self):
        padded = np.pad(IMAGES[0], [(2, 2), (2, 2), (0, 0)], "reflect")
        windows = {
            padded[y : y + 12, x : x + 12].tobytes()
            for y in range(5)
            for x in range(5)
        }
        images = tf.repeat(IMAGES[:1], 400, axis=0)
        changed = augment(images, [0, 1], AugmentConfig(crop_padding=2))
        seen = {image.tobytes() for image in changed.numpy()}
        self.assertEqual(seen, windows)

    def test_random_crop_of_larger_images(self):
        windows = {
            IMAGES[0, y : y + 10, x : x + 9].numpy().tobytes()
            for y in range(3)
            for x in range(4)
        }
        images = tf.repeat(IMAGES[:1], 400, axis=0)
        changed = augment(images, [0, 1], AugmentConfig(), (10, 9))
        self.assertEqual(changed.shape, [400, 10, 9, 3])
        self.assertEqual({i.tobytes() for i in changed.numpy()}, windows)

    def test_contrast_keeps_the_mean_and_scales_distances(self):
        images = 100 + IMAGES / 10
        changed = augment(images, [0, 1], AugmentConfig(contrast=0.4))
        mean = tf.reduce_mean(images, [1, 2], keepdims=True)
        np.testing.assert_allclose(
            tf.reduce_mean(changed, [1, 2], keepdims=True), mean, rtol=1e-4
        )
        factors = ((changed - mean) / (images - mean)).numpy()
        factors = np.median(factors, axis=(1, 2, 3))
        self.assertTrue((factors > 0.59).all())
        self.assertTrue((factors < 1.41).all())
        self.assertGreater(factors.std(), 0.1)

    def test_brightness_shifts_all_channels_color_each(self):
        images = tf.fill([64, 4, 4, 3], 128.0)
        bright = augment(images, [0, 1], AugmentConfig(brightness=20)) - 128
        self.assertLess(np.ptp(bright, axis=(1, 2, 3)).max(), 1e-3)
        self.assertTrue(15 < np.abs(bright).max() <= 20)
        colored = augment(images, [0, 1], AugmentConfig(color=10)) - 128
        self.assertLess(np.ptp(colored, axis=(1, 2)).max(), 1e-3)
        self.assertGreater(np.ptp(colored, axis=3).mean(), 3)
        self.assertTrue(8 < np.abs(colored).max() <= 10)

    def test_stays_in_range(self):
        strong = AugmentConfig(contrast=0.9, brightness=100, color=100)
        changed = augment(IMAGES, [0, 1], strong).numpy()
        self.assertGreaterEqual(changed.min(), 0)
        self.assertLessEqual(changed.max(), 255)

    def test_cutout_fills_one_square_with_the_mean(self):
        changed = augment(IMAGES, [0, 1], AugmentConfig(cutout=5)).numpy()
        mean = np.mean(IMAGES, axis=(1, 2))
        for image, new, fill in zip(IMAGES.numpy(), changed, mean, strict=True):
            rows, columns = np.nonzero((new != image).any(axis=-1))
            self.assertLessEqual(np.ptp(rows), 4)
            self.assertLessEqual(np.ptp(columns), 4)
            self.assertGreaterEqual(len(rows), 6)
            for channel in range(3):
                inside = new[rows, columns, channel]
                np.testing.assert_allclose(inside, fill[channel], rtol=1e-5)

    def test_a_ramp_turns_and_stretches_as_far_as_asked(self):
        ramp = tf.range(41.0)[None, None, :, None] * tf.ones([200, 41, 1, 3])
        config = AugmentConfig(rotation=30, zoom=0.25)
        changed = augment(ramp, [0, 1], config).numpy()[..., 0]
        np.testing.assert_allclose(changed[:, 20, 20], 20.0, atol=1e-4)
        # Nothing is reflected near the middle: the ramp is still a plane.
        right = changed[:, 20, 25] - changed[:, 20, 20]
        down = changed[:, 25, 20] - changed[:, 20, 20]
        angles = np.degrees(np.arctan2(-down, right))
        factors = np.hypot(right, down) / 5
        self.assertTrue(-30 < angles.min() < -25 and 25 < angles.max() < 30)
        self.assertTrue(0.75 < factors.min() < 0.8)
        self.assertTrue(1.2 < factors.max() < 1.25)

    def test_what_turns_in_from_outside_is_the_reflected_image(self):
        wide = tf.range(90.0)[None, None, :, None] * tf.ones([50, 6, 1, 3])
        config = AugmentConfig(rotation=180, zoom=0.9)
        changed = augment(wide, [0, 1], config).numpy()
        self.assertTrue(changed.min() >= 0 and changed.max() <= 89)
        tall = augment(tf.ones([4, 9, 1, 3]), [0, 1], config)
        np.testing.assert_allclose(tall, 1.0)

    def test_other_changes_stay_what_they_were(self):
        plain = AugmentConfig(contrast=0.4, brightness=20, color=10)
        turned = dataclasses.replace(plain, rotation=1e-4)
        np.testing.assert_allclose(
            augment(IMAGES, [0, 1], turned),
            augment(IMAGES, [0, 1], plain),
            atol=0.1,
        )

    def test_parts_of_a_batch_change_as_the_whole(self):
        whole = augment(IMAGES, [0, 1], EVERYTHING)
        parts = [
            augment(
                IMAGES[start : start + 8],
                [0, 1],
                EVERYTHING,
                batch_offset=start,
                global_batch=16,
            )
            for start in (0, 8)
        ]
        np.testing.assert_allclose(tf.concat(parts, 0), whole, rtol=1e-5)

    def test_compiled_equals_plain(self):
        def change(seed):
            return augment(IMAGES, seed, EVERYTHING)

        seed = tf.constant([0, 7])
        compiled = tf.function(change, jit_compile=True)(seed)
        np.testing.assert_allclose(compiled, change(seed), atol=1e-2)


if __name__ == "__main__":
    unittest.main()
