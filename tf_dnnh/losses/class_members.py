"""Constant codes of classes as members of a batch."""

from typing import Any

from keras import ops


def with_class_codes(
    codes: Any, labels: Any, fixed: Any, copies: int = 1
) -> tuple[Any, Any]:
    """Appends constant codes of all classes to a batch, for any loss on it.

    A code is similar to the images of its class. Several copies give it the
    weight of as many images.

    Args:
        codes: float tensor [batch, bits], relaxed codes of images.
        labels: [batch] class numbers, or [batch, classes] zeros and ones.
        fixed: array [classes, bits], the codes of the classes, as from
            `tf_dnnh.class_codes.class_codes`.
        copies: copies of each code, at least 1.

    Returns:
        Codes [batch + copies * classes, bits] and labels in the form given,
        of their dtypes.

    Example:
        >>> codes, labels = with_class_codes(
        ...     ops.array([[0.3, 0.9]]), ops.array([1]), ops.eye(2)
        ... )
        >>> codes.shape, labels.numpy().tolist()
        (TensorShape([3, 2]), [1, 0, 1])
    """
    codes, labels = ops.convert_to_tensor(codes), ops.convert_to_tensor(labels)
    classes = len(fixed)
    own = ops.eye(classes) if len(labels.shape) == 2 else ops.arange(classes)
    return (
        ops.concatenate([codes, *[ops.cast(fixed, codes.dtype)] * copies]),
        ops.concatenate([labels, *[ops.cast(own, labels.dtype)] * copies]),
    )
