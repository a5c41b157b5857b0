"""The one error that data sets, splits and pipelines raise for the user."""


class DataError(ValueError):
    """Says in one sentence what is wrong with the data, and the remedy.

    The command line prints it as it is, without a traceback.
    """
