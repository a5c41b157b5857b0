"""The error that a command reports in one sentence, without a traceback."""


class UserError(Exception):
    """States what is wrong and what to do about it.

    Args:
        message: one sentence.
        details: lines printed below it, such as the folders expected.

    Attributes:
        status: exit status of a command that ends with this error: 1 if the
            work failed, 2 if the command or its input was wrong.

    Example:
        >>> UserError("There is no folder x: give another.").status
        1
    """

    status = 1

    def __init__(self, message: str, details: str = "") -> None:
        super().__init__(message)
        self.details = details
