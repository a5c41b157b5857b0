"""The error for a run folder that is not what a command needs."""

from tf_dnnh.errors import UserError


class RunError(UserError, ValueError):
    """Names the file of a run folder that is missing or damaged."""

    status = 2
