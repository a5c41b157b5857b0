"""The paper's reported results, to compare runs with.

Mean average precision at 12, 24, 32 and 48 bits, of the paper's own method
and of the methods it compares with, under the protocol `lai2015`. Every
figure is quoted *as reported*: none was measured with this code.

Reference: section 4 of Lai, Pan, Liu and Yan, "Simultaneous Feature Learning
and Hash Coding with Deep Neural Networks", CVPR 2015.
"""

import dataclasses

BITS = (12, 24, 32, 48)
METHOD = "DNNH"
PROTOCOL = "lai2015"


@dataclasses.dataclass(frozen=True)
class ReportedTable:
    """One data set's table of reported MAP.

    `rows` maps a method to its MAP (0..1) at each of `BITS`, best method
    first. `checked` is true if the figures agree with an independent
    transcription; `caveat` is a sentence on what the paper leaves open.
    """

    rows: dict[str, tuple[float, float, float, float]]
    checked: bool
    caveat: str

    def at(self, bits: int) -> dict[str, float]:
        """Returns reported MAP by method; empty for other code lengths."""
        if bits not in BITS:
            return {}
        column = BITS.index(bits)
        return {name: row[column] for name, row in self.rows.items()}


REPORTED = {
    "cifar10": ReportedTable(
        rows={
            METHOD: (0.552, 0.566, 0.558, 0.581),
            "CNNH+": (0.465, 0.521, 0.521, 0.532),
            "CNNH": (0.439, 0.511, 0.509, 0.522),
            "CNNH*": (0.484, 0.476, 0.472, 0.489),
            "KSH": (0.303, 0.337, 0.346, 0.356),
            "ITQ-CCA": (0.264, 0.282, 0.288, 0.295),
            "MLH": (0.182, 0.195, 0.207, 0.211),
            "BRE": (0.159, 0.181, 0.193, 0.196),
            "ITQ": (0.162, 0.169, 0.172, 0.175),
            "SH": (0.131, 0.135, 0.133, 0.130),
            "LSH": (0.121, 0.126, 0.120, 0.120),
        },
        checked=True,
        caveat="The paper does not say how it orders equal distances.",
    ),
    "svhn": ReportedTable(
        rows={
            METHOD: (0.899, 0.914, 0.925, 0.923),
            "CNNH*": (0.897, 0.903, 0.904, 0.896),
            "KSH": (0.469, 0.539, 0.563, 0.581),
            "ITQ-CCA": (0.428, 0.488, 0.489, 0.509),
            "MLH": (0.147, 0.247, 0.261, 0.273),
            "BRE": (0.165, 0.206, 0.230, 0.237),
            "SH": (0.140, 0.138, 0.141, 0.140),
            "ITQ": (0.127, 0.132, 0.135, 0.139),
            "LSH": (0.110, 0.122, 0.120, 0.128),
        },
        checked=False,
        caveat=(
            "The paper does not say how it orders equal distances, nor "
            "whether its database holds the set's extra images."
        ),
    ),
    "nuswide": ReportedTable(
        rows={
            METHOD: (0.674, 0.697, 0.713, 0.715),
            "CNNH*": (0.617, 0.663, 0.657, 0.688),
            "CNNH+": (0.623, 0.630, 0.629, 0.625),
            "CNNH": (0.611, 0.618, 0.625, 0.608),
            "KSH": (0.556, 0.572, 0.581, 0.588),
            "BRE": (0.485, 0.525, 0.530, 0.544),
            "MLH": (0.500, 0.514, 0.520, 0.522),
            "ITQ": (0.452, 0.468, 0.472, 0.477),
            "LSH": (0.403, 0.421, 0.426, 0.441),
            "ITQ-CCA": (0.435, 0.435, 0.435, 0.435),
            "SH": (0.433, 0.426, 0.426, 0.423),
        },
        checked=False,
        caveat=(
            "MAP over the first 5,000 results. The paper does not say how it "
            "orders equal distances."
        ),
    ),
}


def reported(dataset: str, protocol: str) -> ReportedTable | None:
    """Returns the paper's table for a run, if the two can be compared.

    Args:
        dataset: name of the data set, as in `--dataset`.
        protocol: name of the protocol; only `lai2015` is the paper's.

    Returns:
        The table, or None where the paper reports nothing comparable.

    Example:
        >>> reported("cifar10", "lai2015").at(48)["DNNH"]
        0.581
        >>> reported("digits", "lai2015") is None
        True
    """
    return REPORTED.get(dataset) if protocol == PROTOCOL else None
