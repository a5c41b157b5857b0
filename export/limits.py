"""What an exported file must reach before it is handed out."""

import dataclasses


@dataclasses.dataclass(frozen=True)
class Limits:
    """Smallest share of equal bits that an artefact must reach.

    Attributes:
        saved_model: every signature of the SavedModel.
        float32: `tflite/float32.tflite`.
        float16: `tflite/float16.tflite`.
        dynamic_range: `tflite/dynamic_range.tflite`.
        int8: `tflite/int8.tflite`.
        onnx: `model.onnx`.
        rounding: a bit whose logit in Keras is nearer to zero than this may
            fall on either side: two correct programs that add the same
            float32 numbers in another order differ by as much. Such bits are
            counted and reported, but break no limit.
    """

    saved_model: float = 1.0
    float32: float = 1.0
    float16: float = 0.999
    dynamic_range: float = 0.995
    int8: float = 0.99
    onnx: float = 1.0
    rounding: float = 1e-4
