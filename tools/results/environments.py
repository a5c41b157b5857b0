"""The machines and package versions of the results."""

from tools.results.folders import Comparison, Run


class Environments:
    """Assigns a letter to every pair of machine and versions."""

    def __init__(self) -> None:
        self._letters: dict[tuple[str, str], str] = {}

    def letter(self, folder: Run | Comparison) -> str:
        """Returns the letter of a folder's machine and versions."""
        versions = ", ".join(f"{k} {v}" for k, v in folder.versions.items())
        key = folder.machine, versions
        number = len(self._letters)
        return self._letters.setdefault(key, chr(ord("A") + number))

    def lines(self) -> list[str]:
        """Returns the meaning of every letter as Markdown."""
        return [
            f"- {letter}: {machine}; {versions}."
            for (machine, versions), letter in self._letters.items()
        ]
