"""The one error that data sets, splits and pipelines raise for the user."""


class DataError(ValueError):
    """Says in one sentence what is wrong with the data, and the remedy.

    The command line prints it as it is, without a traceback.

    Args:
        message: the sentence.
        details: lines to print below it, such as the folders expected.
    """

    def __init__(self, message: str, details: str = ""):
        super().__init__(message)
        self.details = details
