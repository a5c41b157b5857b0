"""The table of export formats."""

from collections.abc import Sequence
from typing import NamedTuple

from export.export_error import WrongCommand


class Format(NamedTuple):
    """A row of `FORMATS`.

    Attributes:
        writer: `module:function`, imported when the format is needed. The
            function takes the name of a file, a scratch folder and a
            `Verifier`. It writes the file below the folder, under the path
            that it will have in the export, checks it, and returns the path
            and a report: the figures of the check, and `operators`.
        agreement: the files of the format, in the order of writing, each with
            the smallest permitted share of bits equal to Keras', in 0..1.
    """

    writer: str
    agreement: dict[str, float]


FORMATS = {
    "saved_model": Format(
        "export.saved_model:write_checked", {"saved_model": 1.0}
    ),
    "tflite": Format(
        "export.tflite:write_checked",
        {
            "float32": 1.0,
            "float16": 0.999,
            "dynamic_range": 0.995,
            "int8": 0.99,
        },
    ),
    "onnx": Format("export.onnx_file:write_checked", {"onnx": 1.0}),
}
DEFAULT_FORMATS = ("saved_model", "tflite")
AGREEMENT = {
    name: share
    for row in FORMATS.values()
    for name, share in row.agreement.items()
}
# A bit whose logit in Keras is closer to zero than this may fall on either
# side: two correct programs that add the same float32 numbers in different
# orders differ by as much. Such bits are reported, but excused.
ROUNDING = 1e-4


def check_formats(formats: Sequence[str]) -> None:
    """Raises `WrongCommand` unless all formats are keys of `FORMATS`."""
    unknown = [name for name in formats if name not in FORMATS]
    if unknown or not formats:
        raise WrongCommand(
            f"`formats` must be some of {', '.join(FORMATS)}. Received: "
            f"{', '.join(unknown) or 'none'}"
        )
