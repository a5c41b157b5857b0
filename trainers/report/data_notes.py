"""What a report says of the data: what of them is missing or odd.

Apart from the other words, which other programs use without TensorFlow.
"""

from collections.abc import Mapping
from typing import Any

from tf_dnnh.data.image_dataset import PROBLEMS
from trainers.run_data import PROBLEMS_FILE


def data_notes(split: Mapping[str, Any]) -> list[str]:
    """What a split says of its data: what is missing or odd, and by what rule.

    Args:
        split: content of `split.json`.

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
