"""The error that data sets, splits and pipelines raise for the user."""

from tf_dnnh.errors import UserError


class DataError(UserError, ValueError):
    """States what is wrong with the data, and the remedy."""

    status = 2
