"""The paper's reported results, to compare runs with.

The figures are in `paper_figures.toml`: mean average precision of the paper's
own method and of the methods it compares with, under the protocol `lai2015`.
None was measured with this code.

Reference: section 4 of Lai, Pan, Liu and Yan, "Simultaneous Feature Learning
and Hash Coding with Deep Neural Networks", CVPR 2015.
"""

import dataclasses
import pathlib
import tomllib

BITS = (12, 24, 32, 48)
METHOD = "DNNH"
PROTOCOL = "lai2015"


@dataclasses.dataclass(frozen=True)
class ReportedTable:
    """One data set's table of reported MAP.

    `rows` maps a method to its MAP (0..1) at each of `BITS`, best method
    first. `checked` is true if the figures agree with an independent
    transcription; `caveat` names details that the paper leaves open.
    """

    rows: dict[str, list[float]]
    checked: bool
    caveat: str

    def at(self, bits: int) -> dict[str, float]:
        """Returns reported MAP by method; empty for other code lengths."""
        if bits not in BITS:
            return {}
        column = BITS.index(bits)
        return {name: row[column] for name, row in self.rows.items()}


def _read() -> dict[str, ReportedTable]:
    text = pathlib.Path(__file__).with_suffix(".toml").read_text("utf-8")
    tables = tomllib.loads(text)
    return {name: ReportedTable(**table) for name, table in tables.items()}


REPORTED = _read()


def reported(dataset: str, protocol: str) -> ReportedTable | None:
    """Returns the paper's table for a run, if the two can be compared.

    Args:
        dataset: name of the data set, as in `--dataset`.
        protocol: name of the protocol; only `lai2015` is the paper's.

    Returns:
        The table, or None if the paper reports nothing comparable.

    Example:
        >>> reported("cifar10", "lai2015").at(48)["DNNH"]
        0.581
        >>> reported("digits", "lai2015") is None
        True
    """
    return REPORTED.get(dataset) if protocol == PROTOCOL else None
