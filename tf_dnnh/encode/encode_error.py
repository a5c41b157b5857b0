"""The error of a bulk encoding."""

from tf_dnnh.errors import UserError


class EncodeError(UserError, ValueError):
    """States what is wrong with the images or the output, and the remedy."""

    status = 2
