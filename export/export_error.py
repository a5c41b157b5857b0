"""The errors that the exporter raises for its user."""

from tf_dnnh.errors import UserError


class ExportError(UserError, RuntimeError):
    """States what is wrong with the export, and the remedy."""


class WrongCommand(ExportError):  # noqa: N818 - the error of a user
    """States what is wrong with the command, before any work is done."""

    status = 2
