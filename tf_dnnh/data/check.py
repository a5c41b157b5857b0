"""One thing that `verify` looked for."""

import dataclasses


@dataclasses.dataclass(frozen=True)
class Check:
    """One thing that was looked for.

    Attributes:
        name: what, in words.
        found: what was found, one line each.
        fatal: whether finding one makes the data unfit, rather than odd.
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
