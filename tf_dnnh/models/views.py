"""Views of an image, whose features a model may average."""

from typing import Any

from keras import ops

# The name of a set of views -> its number of views.
VIEWS = {"single": 1, "mirror": 2, "mirror_and_shifts": 6}

# Shifts are 1/16 of a side: 2 pixels of 32.
_SHIFT = 1 / 16


def make_views(images: Any, views: str) -> list[Any]:
    """Returns copies of a batch, seen differently.

    Args:
        images: tensor [batch, height, width, channels], of any dtype.
        views: `"single"` for the images themselves; `"mirror"` for them and
            their mirror images; `"mirror_and_shifts"` for these two and the
            same shifted up and left, and down and right, the border reflected.

    Returns:
        A list of tensors like `images`, the images themselves first.

    Raises:
        ValueError: if `views` is unknown.

    Example:
        >>> images = ops.reshape(ops.arange(3), (1, 1, 3, 1))
        >>> [view[0, 0, :, 0].numpy() for view in make_views(images, "mirror")]
        [array([0, 1, 2], dtype=int32), array([2, 1, 0], dtype=int32)]
    """
    check_views(views)
    shifted = [ops.convert_to_tensor(images)]
    if views == "mirror_and_shifts":
        shifted += _shifted(shifted[0])
    if views != "single":
        shifted += [ops.flip(view, axis=2) for view in shifted]
    return shifted


def check_views(views: str) -> None:
    """Raises ValueError unless `views` names a set of views."""
    if views not in VIEWS:
        raise ValueError(
            f"`views` must be one of {', '.join(VIEWS)}. Received: {views!r}"
        )


def _shifted(images: Any) -> list[Any]:
    height, width = images.shape[1:3]
    down, right = (max(1, round(_SHIFT * side)) for side in (height, width))
    border = [[0, 0], [down, down], [right, right], [0, 0]]
    padded = ops.pad(images, border, mode="reflect")
    return [
        padded[:, top : top + height, left : left + width]
        for top, left in ((2 * down, 2 * right), (0, 0))
    ]
