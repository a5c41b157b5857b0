"""The error that the client of a model server raises."""

from tf_dnnh.errors import UserError


class ServingError(UserError, RuntimeError):
    """Reports that an image has no code: its file or the server failed.

    Args:
        message: one sentence for the user.
        rejected: whether the server refused the images themselves, so that
            the same request would fail again.
    """

    def __init__(self, message: str, *, rejected: bool = False) -> None:
        super().__init__(message)
        self.rejected = rejected
