"""The error for an unusable file of a run folder."""

from tf_dnnh.errors import UserError


class RunError(UserError, ValueError):
    """Names the file of a run folder that is missing or damaged."""

    status = 2
