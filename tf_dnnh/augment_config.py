"""How images are augmented; imports neither NumPy nor TensorFlow."""

import dataclasses


@dataclasses.dataclass(frozen=True)
class AugmentConfig:
    """Strengths of the random augmentations; 0 or False switches one off.

    Attributes:
        flip: mirror half of the images left to right.
        crop_padding: pixels of reflected border added before a random crop
            to the original size.
        contrast: distances from the image's mean are multiplied by a factor
            drawn from [1 - contrast, 1 + contrast].
        brightness: largest shift of all channels, in pixel values (0..255).
        color: largest shift of a single channel, in pixel values.
        cutout: side in pixels of a random square that is replaced by the
            image's mean; part of it may lie outside the image.
        rotation: largest rotation about the centre, in degrees, either way.
        zoom: the image is scaled by a factor drawn from
            [1 - zoom, 1 + zoom], the same along both axes.

    Example:
        >>> AugmentConfig().enabled, AugmentConfig(cutout=8).enabled
        (False, True)
    """

    flip: bool = False
    crop_padding: int = 0
    contrast: float = 0.0
    brightness: float = 0.0
    color: float = 0.0
    cutout: int = 0
    rotation: float = 0.0
    zoom: float = 0.0

    @property
    def enabled(self) -> bool:
        """Whether any augmentation is switched on."""
        return any(dataclasses.astuple(self))
