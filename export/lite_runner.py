"""Runs a TFLite file as a device would, with LiteRT."""

from collections.abc import Callable
from pathlib import Path

import numpy as np

from export.export_error import ExportError
from tf_dnnh import commands


def lite_runner(
    path: Path, threads: int = 1
) -> Callable[[np.ndarray], dict[str, np.ndarray]]:
    """Opens a file and returns its `encode` signature.

    Args:
        path: a TFLite file of ours.
        threads: how many threads it may use.

    Returns:
        A function from float32 [batch, height, width, 3], 0..255, to `code`
        uint8 [batch, bytes] and `logits` float32 [batch, bits]; any batch.

    Raises:
        ExportError: if LiteRT is not installed.
    """
    try:
        from ai_edge_litert.interpreter import Interpreter
    except ImportError as error:
        raise ExportError(
            "TFLite files are run before they are handed out, and LiteRT is "
            "not installed: pip install 'tf_dnnh[lite]', or leave tflite out "
            "of --formats"
        ) from error
    with commands.quiet_start():
        interpreter = Interpreter(model_path=str(path), num_threads=threads)
        encode = interpreter.get_signature_runner("encode")
        # The delegate, which announces itself, is made by the first call.
        (image,) = interpreter.get_input_details()
        encode(image=np.zeros(image["shape"], np.float32))
    # The runner does not keep the interpreter alive.
    return lambda images: encode(image=images) if interpreter else {}
