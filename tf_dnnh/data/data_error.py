"""Error raised for faulty data sets, splits and batches."""

from tf_dnnh.errors import UserError


class DataError(UserError, ValueError):
    """Faulty or missing data; the message names the fault and the remedy."""

    status = 2


class TooFewImagesError(DataError):
    """A protocol that needs more images; the message names no remedy yet."""
