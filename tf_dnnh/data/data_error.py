"""Error raised for faulty data sets, splits and batches."""

from tf_dnnh.errors import UserError


class DataError(UserError, ValueError):
    """Faulty or missing data; the message names the fault and the remedy."""

    status = 2
