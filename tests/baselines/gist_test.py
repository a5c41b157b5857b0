import unittest

import numpy as np

from tf_dnnh.baselines import Gist


def pictures(count: int = 3, size: int = 32, seed: int = 0) -> np.ndarray:
    """Draws smooth random pictures, uint8 [count, size, size, 3]."""
    rng = np.random.default_rng(seed)
    spectrum = np.fft.fft2(rng.normal(size=[count, size, size, 3]), axes=(1, 2))
    f = np.hypot(*np.meshgrid(*[np.fft.fftfreq(size)] * 2)) + 1 / size
    values = np.fft.ifft2(spectrum / f[..., None], axes=(1, 2)).real
    values -= values.min(axis=(1, 2, 3), keepdims=True)
    values *= 255 / values.max(axis=(1, 2, 3), keepdims=True)
    return values.round().astype(np.uint8)


def grating(frequency: float, angle: float, size: int = 32) -> np.ndarray:
    """Draws a plane wave along an angle, of so many cycles per pixel."""
    y, x = np.mgrid[:size, :size]
    along = x * np.cos(angle) + y * np.sin(angle)
    return 128 + 100 * np.cos(2 * np.pi * frequency * along)[None]


def bank(values: np.ndarray) -> np.ndarray:
    """Returns GIST as [n, scales, orientations, rows, columns]."""
    return values.reshape(len(values), 4, 8, 4, 4)


class GistTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        cls.gist = Gist()
        cls.images = pictures()
        cls.values = cls.gist.transform(cls.images)

    def test_512_values_that_are_not_negative(self) -> None:
        self.assertEqual(self.gist.features, 512)
        self.assertEqual(self.values.shape, (3, 512))
        self.assertEqual(self.values.dtype, np.float32)
        self.assertGreaterEqual(self.values.min(), 0)
        self.assertGreater(self.values.std(axis=0).min(), 0)

    def test_brightness_and_contrast_do_not_matter(self) -> None:
        for gain, offset in ((1, 40.0), (0.3, 0.0), (0.5, 100.0)):
            with self.subTest(gain=gain, offset=offset):
                changed = self.gist.transform(gain * self.images + offset)
                np.testing.assert_allclose(changed, self.values, atol=1e-5)

    def test_a_negative_is_the_same(self) -> None:
        np.testing.assert_allclose(
            self.gist.transform(255 - self.images), self.values, atol=1e-5
        )

    def test_a_mirror_swaps_columns_and_orientations(self) -> None:
        mirrored = bank(self.gist.transform(self.images[:, :, ::-1]))
        # Angle t becomes pi - t.
        swapped = bank(self.values)[:, :, -np.arange(8) % 8, :, ::-1]
        np.testing.assert_allclose(mirrored, swapped, atol=1e-5)

    def test_a_quarter_turn_turns_cells_and_orientations(self) -> None:
        turned = bank(self.gist.transform(np.rot90(self.images, axes=(1, 2))))
        wanted = np.roll(bank(self.values), 4, axis=2)
        wanted = np.rot90(wanted, axes=(3, 4))
        np.testing.assert_allclose(turned, wanted, atol=1e-5)

    def test_a_wave_answers_to_its_own_filter(self) -> None:
        for scale in range(3):
            for turn in range(8):
                frequency, angle = 0.3 / 1.85**scale, np.pi * turn / 8
                image = grating(frequency, angle)
                energy = bank(self.gist.transform(image))[0].mean(axis=(2, 3))
                with self.subTest(scale=scale, turn=turn):
                    best = np.unravel_index(energy.argmax(), energy.shape)
                    self.assertEqual(best, (scale, turn))

    def test_structure_is_found_in_its_cell(self) -> None:
        image = np.full([1, 32, 32], 128.0)
        image[0, 8:16, 24:32] = grating(0.3, 0.0)[0, :8, :8]
        energy = bank(self.gist.transform(image))[0, 0].sum(axis=0)
        best = np.unravel_index(energy.argmax(), energy.shape)
        self.assertEqual(best, (1, 3))

    def test_an_even_image_has_no_energy(self) -> None:
        for level in (0, 1, 200, 255):
            image = np.full([1, 32, 32, 3], level, np.uint8)
            self.assertEqual(self.gist.transform(image).max(), 0)

    def test_grey_images_equal_their_copies_in_colour(self) -> None:
        grey = self.images[..., 0]
        np.testing.assert_allclose(
            self.gist.transform(grey),
            self.gist.transform(np.repeat(grey[..., None], 3, axis=-1)),
            atol=1e-5,
        )

    def test_images_do_not_see_each_other(self) -> None:
        many = pictures(130, seed=1)
        together = self.gist.transform(many)
        for row in (0, 127, 128, 129):
            np.testing.assert_allclose(
                self.gist.transform(many[row : row + 1]),
                together[row : row + 1],
                atol=1e-6,
            )

    def test_equals_a_filter_written_as_sums(self) -> None:
        # One filter over one reflected image, as a sum over offsets.
        gist = Gist(16, scales=1, orientations=8, grid=2)
        image = pictures(1, 16)[..., 0]
        prepared = gist._prepared(image)[:, 0].astype(np.float64)
        sigma = 1 / (2 * np.pi * 0.378 * 0.3)
        reach = int(np.ceil(4 * sigma))
        padded = np.pad(prepared, reach, mode="symmetric")
        y, x = np.mgrid[-reach : reach + 1, -reach : reach + 1]
        window = np.exp(-(x**2 + y**2) / (2 * sigma**2))
        window /= window.sum()
        angle = np.pi / 8
        along = x * np.cos(angle) + y * np.sin(angle)
        taps = window * np.exp(2j * np.pi * 0.3 * along)
        taps -= window * taps.sum()
        size = 2 * reach + 1
        response = np.array(
            [
                [
                    (padded[i : i + size, j : j + size] * taps).sum()
                    for j in range(16)
                ]
                for i in range(16)
            ]
        )
        cells = np.abs(response).reshape(2, 8, 2, 8).mean(axis=(1, 3))
        found = gist.transform(image).reshape(8, 2, 2)[1]
        np.testing.assert_allclose(found, cells, atol=1e-5)

    def test_wrong_sizes_are_named(self) -> None:
        with self.assertRaisesRegex(ValueError, "grid=4, image_size=30"):
            Gist(30)
        with self.assertRaisesRegex(ValueError, r"\[1, 16, 16, 3\]"):
            self.gist.transform(np.zeros([1, 16, 16, 3]))


if __name__ == "__main__":
    unittest.main()
