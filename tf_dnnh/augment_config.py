"""Settings of image augmentation; imports neither NumPy nor TensorFlow."""

import dataclasses
from typing import Annotated

from tf_dnnh import fields
from tf_dnnh.fields import Length, NotNegative, Range, Share


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
    crop_padding: Length = 0
    contrast: Share = 0.0
    brightness: NotNegative = 0.0
    color: NotNegative = 0.0
    cutout: Length = 0
    rotation: Annotated[float, Range(0, 180)] = 0.0
    zoom: Annotated[float, Range(0, 0.9)] = 0.0

    def __post_init__(self) -> None:
        fields.check(self)

    @property
    def enabled(self) -> bool:
        """Whether any augmentation is switched on."""
        return any(dataclasses.astuple(self))
