"""Records every epoch in `history.csv`."""

from tf_dnnh.runs.run_folder import EpochRecord, RunFolder
from trainers.actions.action import Action


class History(Action):
    """Appends one row per epoch.

    Args:
        folder: the run folder.
        finished: number of epochs finished at the restored checkpoint; later
            rows of an interrupted run are written again.
    """

    def __init__(self, folder: RunFolder, finished: int) -> None:
        self._folder = folder
        known = folder.has("history.csv") and finished
        self._records = folder.read_history()[:finished] if known else []

    def end_epoch(self, epoch: int, record: EpochRecord) -> None:
        """Writes the rows of all epochs so far."""
        self._records.append(record)
        self._folder.write_history(self._records)
