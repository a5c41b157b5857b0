"""One check of `verify`."""

import dataclasses


@dataclasses.dataclass(frozen=True)
class Check:
    """One kind of problem, and where it was found.

    Attributes:
        name: the problem in words.
        found: one line per finding.
        fatal: whether a finding makes the data unfit, rather than odd.
    """

    name: str
    found: list[str]
    fatal: bool = True

    @property
    def status(self) -> str:
        """`ok`, `note` or `PROBLEM`."""
        if not self.found:
            return "ok"
        return "PROBLEM" if self.fatal else "note"
