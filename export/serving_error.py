"""The one error that the client of a model server raises."""


class ServingError(RuntimeError):
    """No code for an image: no server, an error from it, or no such file.

    Args:
        message: One sentence for the user.
        rejected: Whether the server found fault with the images sent; the
            same request would fail again.
    """

    def __init__(self, message: str, *, rejected: bool = False) -> None:
        """See the class."""
        super().__init__(message)
        self.rejected = rejected
