"""The one error that the exporter raises for its user."""


class ExportError(RuntimeError):
    """Says in one sentence what is wrong with the export, and the remedy.

    The command line prints it as it is, without a traceback.
    """
