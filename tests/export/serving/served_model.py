"""Loads a SavedModel as a model server does: graph, session, signatures."""

import pathlib
import re

import numpy as np
import tensorflow as tf
from tensorflow_serving.apis import prediction_log_pb2

WARMUP = "assets.extra/tf_serving_warmup_requests"
MAX_WARMUP_RECORDS = 1000
DEFAULT_SIGNATURE = "serving_default"


def invalid(message: str) -> tf.errors.OpError:
    return tf.errors.InvalidArgumentError(None, None, message)


class ServedModel:
    """The highest version in a folder, in a session of its own.

    TensorFlow Serving, too, runs a session fed through the signature's tensors,
    and fails to load a model if one of its warm-up requests fails.
    """

    def __init__(self, base_path: pathlib.Path, name: str = "tf_dnnh") -> None:
        versions = [p for p in base_path.iterdir() if p.name.isdecimal()]
        if not versions:
            raise FileNotFoundError(f"{base_path} holds no version")
        folder = max(versions, key=lambda path: int(path.name))
        self.name = name
        self.version = int(folder.name)
        self._session = tf.compat.v1.Session(graph=tf.Graph())
        with self._session.graph.as_default():
            meta_graph = tf.compat.v1.saved_model.loader.load(
                self._session, ["serve"], str(folder)
            )
        self.signatures = {
            key: signature
            for key, signature in meta_graph.signature_def.items()
            if not key.startswith("__")
        }
        self.warmed_up = self._replay(folder / WARMUP)

    def close(self) -> None:
        self._session.close()

    def _replay(self, path: pathlib.Path) -> list[tuple[str, int]]:
        """Runs the warm-up file; returns (signature, batch) of each request."""
        if not path.exists():
            return []
        done = []
        records = tf.data.TFRecordDataset(str(path)).as_numpy_iterator()
        for record in records:
            log = prediction_log_pb2.PredictionLog.FromString(record)
            if log.WhichOneof("log_type") != "predict_log":
                raise invalid(f"{path} holds something other than Predict")
            request = log.predict_log.request
            signature = request.model_spec.signature_name
            inputs = read_tensors(request.inputs)
            self.predict(signature, inputs)
            done.append((signature, len(next(iter(inputs.values())))))
        if len(done) > MAX_WARMUP_RECORDS:
            raise invalid(f"{path} holds more than {MAX_WARMUP_RECORDS}")
        return done

    def inputs_of(self, signature_name: str):
        """Returns a signature's inputs, for decoding JSON."""
        name = signature_name or DEFAULT_SIGNATURE
        if name not in self.signatures:
            raise invalid(
                f'Serving signature name: "{name}" not found in signature def'
            )
        return self.signatures[name].inputs

    def predict(
        self,
        signature_name: str,
        inputs: dict[str, np.ndarray],
        output_filter: tuple[str, ...] = (),
    ) -> dict[str, np.ndarray]:
        """Runs one request; raises `tf.errors.OpError` as the session does."""
        signature_name = signature_name or DEFAULT_SIGNATURE
        if signature_name not in self.signatures:
            raise tf.errors.FailedPreconditionError(
                None,
                None,
                f'Serving signature key "{signature_name}" not found.',
            )
        signature = self.signatures[signature_name]
        if set(inputs) != set(signature.inputs):
            raise invalid(
                "input size does not match signature: "
                f"{sorted(inputs)} and {sorted(signature.inputs)}"
            )
        feeds = {}
        for name, value in inputs.items():
            info = signature.inputs[name]
            if tf.as_dtype(value.dtype) != tf.as_dtype(info.dtype):
                raise invalid(
                    f"{name} is {tf.as_dtype(value.dtype).name}, expected "
                    f"{tf.as_dtype(info.dtype).name}"
                )
            feeds[info.name] = value
        missing = [key for key in output_filter if key not in signature.outputs]
        if missing:
            raise invalid(f"output tensor alias not found: {missing[0]}")
        keys = list(output_filter or signature.outputs)
        fetches = {key: signature.outputs[key].name for key in keys}
        try:
            return self._session.run(fetches, feeds)
        except tf.errors.OpError as error:
            # Python's session wraps the runtime's error, which a server sends.
            said = error.__context__
            if isinstance(said, tf.errors.OpError):
                raise said from None
            raise
        except ValueError as error:
            # Python checks the shape before the graph can refuse it.
            raise invalid(str(error)) from error


def read_tensors(tensors) -> dict[str, np.ndarray]:
    """Decodes the map of `TensorProto` in a request or an answer."""
    return {name: read_tensor(proto) for name, proto in tensors.items()}


def read_tensor(proto) -> np.ndarray:
    """Decodes one `TensorProto`; a malformed one is the client's fault."""
    try:
        return tf.make_ndarray(proto)
    except (TypeError, ValueError) as error:
        raise invalid(re.sub(r"\s+", " ", str(error))) from error
