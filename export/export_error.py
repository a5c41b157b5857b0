"""The error that the exporter raises for its user."""

from tf_dnnh.errors import UserError


class ExportError(UserError, RuntimeError):
    """States what is wrong with the export, and the remedy."""
