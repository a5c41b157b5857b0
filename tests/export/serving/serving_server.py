"""A small model server that speaks TensorFlow Serving's protocols.

It offers the official PredictionService and ModelService over gRPC, and the
REST interface in row and column format, around a session that has replayed the
SavedModel's warm-up requests. It stands in for TensorFlow Serving in tests.

    python -m tests.export.serving.serving_server --base_path=EXPORT/saved_model
"""

import argparse
import http.server
import json
import pathlib
import re
import threading
from concurrent import futures

import grpc
import tensorflow as tf
from google.protobuf import json_format
from tensorflow_serving.apis import (
    get_model_metadata_pb2,
    get_model_status_pb2,
    model_service_pb2_grpc,
    predict_pb2,
    prediction_service_pb2_grpc,
)

from tests.export.serving import rest_format
from tests.export.serving.served_model import ServedModel, invalid, read_tensors

HTTP_STATUS = {
    "INVALID_ARGUMENT": 400,
    "NOT_FOUND": 404,
    "FAILED_PRECONDITION": 412,
    "UNIMPLEMENTED": 501,
    "UNAVAILABLE": 503,
}
PATH = re.compile(
    r"/v1/models/(?P<name>[^/:]+)(?:/versions/(?P<version>\d+))?"
    r"(?P<action>/metadata|:predict)?"
)


def check_spec(model: ServedModel, name: str, version: int | None) -> None:
    """Raises TensorFlow Serving's error for an unknown model."""
    if name == model.name and version in (None, model.version):
        return
    asked = f"Latest({name})" if version is None else f"{name}, {version}"
    raise tf.errors.NotFoundError(
        None, None, f"Servable not found for request: {asked}"
    )


def grpc_code(error: tf.errors.OpError) -> grpc.StatusCode:
    return next(c for c in grpc.StatusCode if c.value[0] == error.error_code)


def answering_errors(method):
    """Turns TensorFlow's errors into those of gRPC."""

    def call(self, request, context):
        try:
            spec = request.model_spec
            version = spec.version.value if spec.HasField("version") else None
            check_spec(self.model, spec.name, version)
            return method(self, request)
        except tf.errors.OpError as error:
            return context.abort(grpc_code(error), error.message)

    return call


class Predictions(prediction_service_pb2_grpc.PredictionServiceServicer):
    def __init__(self, model: ServedModel) -> None:
        self.model = model

    @answering_errors
    def Predict(self, request):  # noqa: N802 (named by the protocol)
        signature = request.model_spec.signature_name
        outputs = self.model.predict(
            signature,
            read_tensors(request.inputs),
            tuple(request.output_filter),
        )
        response = predict_pb2.PredictResponse()
        response.model_spec.name = self.model.name
        response.model_spec.version.value = self.model.version
        response.model_spec.signature_name = signature or "serving_default"
        for name, value in outputs.items():
            response.outputs[name].CopyFrom(tf.make_tensor_proto(value))
        return response

    @answering_errors
    def GetModelMetadata(self, request):  # noqa: N802
        if list(request.metadata_field) != ["signature_def"]:
            raise invalid("Metadata field must be signature_def")
        return metadata(self.model)


class Models(model_service_pb2_grpc.ModelServiceServicer):
    def __init__(self, model: ServedModel) -> None:
        self.model = model

    @answering_errors
    def GetModelStatus(self, request):  # noqa: N802
        return status(self.model)


def metadata(
    model: ServedModel,
) -> get_model_metadata_pb2.GetModelMetadataResponse:
    response = get_model_metadata_pb2.GetModelMetadataResponse()
    response.model_spec.name = model.name
    response.model_spec.version.value = model.version
    signatures = get_model_metadata_pb2.SignatureDefMap()
    for name, signature in model.signatures.items():
        signatures.signature_def[name].CopyFrom(signature)
    response.metadata["signature_def"].Pack(signatures)
    return response


def status(model: ServedModel) -> get_model_status_pb2.GetModelStatusResponse:
    response = get_model_status_pb2.GetModelStatusResponse()
    response.model_version_status.add(
        version=model.version,
        state=get_model_status_pb2.ModelVersionStatus.AVAILABLE,
    ).status.SetInParent()
    return response


class RestHandler(http.server.BaseHTTPRequestHandler):
    model: ServedModel

    def do_GET(self) -> None:
        self._answer(self._describe)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self._answer(lambda action: self._predict(action, body))

    def _describe(self, action: str | None) -> bytes:
        if action == ":predict":
            raise invalid(f"Malformed request: GET {self.path}")
        describe = metadata if action else status
        return json_format.MessageToJson(
            describe(self.model),
            preserving_proto_field_name=True,
            always_print_fields_with_no_presence=True,
        ).encode()

    def _predict(self, action: str | None, body: bytes) -> bytes:
        if action != ":predict":
            raise invalid(f"Malformed request: POST {self.path}")
        name, tensors, rows = rest_format.parse_request(
            body, self.model.inputs_of
        )
        return rest_format.render_answer(
            self.model.predict(name, tensors), rows
        )

    def _answer(self, respond) -> None:
        try:
            match = PATH.fullmatch(self.path)
            if not match:
                raise invalid(f"Malformed request: {self.path}")
            version = match["version"] and int(match["version"])
            check_spec(self.model, match["name"], version)
            code, body = 200, respond(match["action"])
        except tf.errors.OpError as error:
            code = HTTP_STATUS.get(grpc_code(error).name, 500)
            body = json.dumps({"error": error.message}).encode()
        self.send_response(code)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args) -> None:
        """Keeps quiet."""


class ServingServer:
    """Serves the highest version in a folder until `stop` is called.

    Ports: 0 takes a free one. Use as a context manager in tests.
    """

    def __init__(
        self, base_path: pathlib.Path, grpc_port: int = 0, rest_port: int = 0
    ) -> None:
        self.model = ServedModel(base_path)
        self._grpc = grpc.server(
            futures.ThreadPoolExecutor(max_workers=4),
            # Like TensorFlow Serving, accept requests of any size.
            options=[("grpc.max_receive_message_length", -1)],
        )
        prediction_service_pb2_grpc.add_PredictionServiceServicer_to_server(
            Predictions(self.model), self._grpc
        )
        model_service_pb2_grpc.add_ModelServiceServicer_to_server(
            Models(self.model), self._grpc
        )
        port = self._grpc.add_insecure_port(f"127.0.0.1:{grpc_port}")
        self.grpc_url = f"grpc://127.0.0.1:{port}"
        handler = type("Handler", (RestHandler,), {"model": self.model})
        self._rest = http.server.ThreadingHTTPServer(
            ("127.0.0.1", rest_port), handler
        )
        self.rest_url = f"http://127.0.0.1:{self._rest.server_port}"
        self._grpc.start()
        threading.Thread(target=self._rest.serve_forever, daemon=True).start()

    def stop(self) -> None:
        self._rest.shutdown()
        self._rest.server_close()
        self._grpc.stop(grace=None).wait()
        self.model.close()

    def __enter__(self) -> "ServingServer":
        return self

    def __exit__(self, *exc_info) -> None:
        self.stop()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--base_path", type=pathlib.Path, required=True)
    parser.add_argument("--port", type=int, default=8500)
    parser.add_argument("--rest_api_port", type=int, default=8501)
    flags = parser.parse_args()
    server = ServingServer(flags.base_path, flags.port, flags.rest_api_port)
    print(f"ready: {server.grpc_url} {server.rest_url}", flush=True)
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        server.stop()


if __name__ == "__main__":
    main()
