"""Machines and versions that results were measured with, each once."""

from tools.results.folders import Comparison, Run


class Environments:
    """Gives every pair of machine and versions a letter, as they come."""

    def __init__(self) -> None:
        self._letters: dict[tuple[str, str], str] = {}

    def letter(self, folder: Run | Comparison) -> str:
        """The letter that stands for a folder's machine and versions."""
        versions = ", ".join(f"{k} {v}" for k, v in folder.versions.items())
        key = folder.machine, versions
        number = len(self._letters)
        return self._letters.setdefault(key, chr(ord("A") + number))

    def lines(self) -> list[str]:
        """What every letter stands for, as Markdown."""
        return [
            f"- {letter}: {machine}; {versions}."
            for (machine, versions), letter in self._letters.items()
        ]
