"""The error that a command reports in one sentence, without a traceback."""

import difflib
from collections.abc import Iterable


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


def suggestion(name: str, known: Iterable[str]) -> str:
    """Returns the closest known name as a question, or nothing.

    Of dotted names, the last part is enough.

    Example:
        >>> suggestion("marginn", ["margin", "mining"])
        ' (did you mean margin?)'
        >>> suggestion("flap", ["augmentation.flip"])
        ' (did you mean augmentation.flip?)'
    """
    by_tail = {full.rpartition(".")[2]: full for full in known}
    by_tail |= {full: full for full in by_tail.values()}
    close = difflib.get_close_matches(name, by_tail, 1)
    return f" (did you mean {by_tail[close[0]]}?)" if close else ""
