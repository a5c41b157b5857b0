"""Notes of a report on missing and unusual data.

Separate from `words`, which is also used without TensorFlow.
"""

from collections.abc import Mapping
from typing import Any

from tf_dnnh.data.image_dataset import PROBLEMS
from trainers.run_data import PROBLEMS_FILE


def data_notes(split: Mapping[str, Any]) -> list[str]:
    """Lists what `split.json` notes as missing or unusual.

    Example:
        >>> data_notes({"notes": {"concepts": 21, "missing": 1200}})[:2]
        ['concepts: 21', '1,200 listed images are missing']
    """
    sentences = []
    notes = split.get("notes", {})
    for name, value in notes.items():
        shown = f"{value:,}" if isinstance(value, int) else str(value)
        if name in PROBLEMS:
            sentences.append(f"{shown} {PROBLEMS[name]}")
        else:
            sentences.append(f"{name.replace('_', ' ')}: {shown}")
    if PROBLEMS.keys() & notes.keys():
        sentences.append(f"their names are in {PROBLEMS_FILE}")
    return sentences
