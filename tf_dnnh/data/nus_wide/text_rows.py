"""Reads text files of rows completely, or refuses them with file and line."""

import codecs
import re
from pathlib import Path

from tf_dnnh.data.data_error import DataError

_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_ROW_AFTER_MARK = re.compile(r"#.*\s[01]\s+[01]\s*$")


def read_rows(path: Path) -> list[tuple[int, str]]:
    """Returns the number and the text, stripped, of every row of a file.

    Blank lines may come first or last, comments (`# ...`) first. Between rows,
    they are refused: a row may have been there.

    Raises:
        DataError: if the file cannot be read or is not text.
    """
    lines = [line.strip() for line in _text(path).split("\n")]
    rows: list[tuple[int, str]] = []
    gap = 0
    for number, line in enumerate(lines, 1):
        if line and not line.startswith("#"):
            if gap:
                raise DataError(
                    f"{path}, line {gap}: found no row between others: restore "
                    "the row, or delete the line."
                )
            rows.append((number, line))
        elif _ROW_AFTER_MARK.match(line) or (line and rows):
            raise DataError(
                f"{path}, line {number}: a row is commented out: delete the "
                "line, or the # before it."
            )
        elif rows and not gap:
            gap = number
    return rows


def _text(path: Path) -> str:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise DataError(
            f"Could not read {path} ({error.strerror}): copy it again."
        ) from error
    encoding = "utf-16" if content.startswith(_UTF_16) else "utf-8-sig"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        number = content[: error.start].count(b"\n") + 1
        raise _not_text(path, number) from error
    if "\0" in text:
        raise _not_text(path, text[: text.index("\0")].count("\n") + 1)
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _not_text(path: Path, line: int) -> DataError:
    return DataError(
        f"{path}, line {line}: expected text in UTF-8: save the file in this "
        "encoding, or copy it again."
    )
