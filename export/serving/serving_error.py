"""The error that the client of a model server raises."""

from tf_dnnh.errors import UserError


class ServingError(UserError, RuntimeError):
    """No code for an image: no server, an error from it, or no such file.

    Args:
        message: one sentence for the user.
        rejected: whether the server found fault with the images sent; the
            same request would fail again.
    """

    def __init__(self, message: str, *, rejected: bool = False) -> None:
        super().__init__(message)
        self.rejected = rejected
