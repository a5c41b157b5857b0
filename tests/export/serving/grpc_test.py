"""Tests of the wire contract over gRPC, with the official message classes."""

import unittest

import grpc
import numpy as np
import tensorflow as tf

from export.serving import messages
from export.serving.warmup import BATCH_SIZES
from tests.export.serving.serving_case import EXTRA, ServingCase
from tests.export.tiny_export import BITS, HEIGHT, WIDTH

try:
    from tensorflow_serving.apis import (
        get_model_metadata_pb2,
        get_model_status_pb2,
        model_service_pb2_grpc,
        predict_pb2,
        prediction_log_pb2,
        prediction_service_pb2_grpc,
    )
except ImportError as error:
    raise unittest.SkipTest(EXTRA) from error

NO_IMAGE = b"this is no image"


def predict_request(
    signature: str, name: str, value, model: str = "tf_dnnh"
) -> "predict_pb2.PredictRequest":
    request = predict_pb2.PredictRequest()
    request.model_spec.name = model
    request.model_spec.signature_name = signature
    request.inputs[name].CopyFrom(tf.make_tensor_proto(value))
    return request


class GrpcTest(ServingCase):
    def setUp(self) -> None:
        target = self.url("grpc").removeprefix("grpc://")
        channel = grpc.insecure_channel(target)
        self.addCleanup(channel.close)
        self.stub = prediction_service_pb2_grpc.PredictionServiceStub(channel)
        self.models = model_service_pb2_grpc.ModelServiceStub(channel)

    def predict(self, signature: str, name: str, value, **kwargs):
        request = predict_request(signature, name, value, **kwargs)
        return self.stub.Predict(request, timeout=30)

    def assert_fails(self, code: str, *args, **kwargs) -> str:
        with self.assertRaises(grpc.RpcError) as caught:
            self.predict(*args, **kwargs)
        self.assertEqual(caught.exception.code().name, code)
        return caught.exception.details()

    def assert_codes(self, response, expected: list[str]) -> None:
        outputs = {k: tf.make_ndarray(v) for k, v in response.outputs.items()}
        found = [code.tobytes().hex() for code in outputs["code"]]
        self.assertEqual(found, expected)
        self.assertEqual(outputs["relaxed"].shape, (len(expected), BITS))
        bits = np.unpackbits(outputs["code"], axis=-1)[:, :BITS]
        np.testing.assert_array_equal(outputs["relaxed"] >= 0.5, bits)

    def images(self) -> list[bytes]:
        return [path.read_bytes() for path in self.export.files]

    def test_image_files(self):
        response = self.predict("serving_bytes", "image_bytes", self.images())
        self.assert_codes(response, self.export.file_codes)
        strings = tf.make_ndarray(response.outputs["code_bytes"])
        self.assertEqual(
            [string.hex() for string in strings], self.export.file_codes
        )

    def test_float_pixels_are_the_default(self):
        pixels = self.export.pixels.astype(np.float32)
        for signature in ("serving_default", ""):
            with self.subTest(signature=signature):
                response = self.predict(signature, "image", pixels)
                self.assert_codes(response, self.export.pixel_codes)
                self.assertEqual(
                    response.model_spec.signature_name, "serving_default"
                )

    def test_uint8_pixels(self):
        response = self.predict("serving_uint8", "image", self.export.pixels)
        self.assert_codes(response, self.export.pixel_codes)

    def test_answer_names_model_and_version(self):
        response = self.predict(
            "serving_uint8", "image", self.export.pixels[:1]
        )
        self.assertEqual(response.model_spec.name, "tf_dnnh")
        self.assertEqual(response.model_spec.version.value, 1)

    def test_output_filter(self):
        request = predict_request(
            "serving_bytes", "image_bytes", self.images()[:1]
        )
        request.output_filter.append("code_bytes")
        response = self.stub.Predict(request, timeout=30)
        self.assertEqual(list(response.outputs), ["code_bytes"])

    def test_no_image(self):
        details = self.assert_fails(
            "INVALID_ARGUMENT",
            "serving_bytes",
            "image_bytes",
            [*self.images()[:1], NO_IMAGE],
        )
        self.assertIn("image", details.lower())

    def test_wrong_requests(self):
        pixels = self.export.pixels
        for code, *request in (
            ("INVALID_ARGUMENT", "serving_default", "image", pixels),
            ("INVALID_ARGUMENT", "serving_uint8", "pixels", pixels),
            ("INVALID_ARGUMENT", "serving_uint8", "image", pixels[:, :5]),
            ("FAILED_PRECONDITION", "serve_default", "image", pixels),
        ):
            with self.subTest(code=code, request=request[:2]):
                self.assert_fails(code, *request)

    def test_unknown_model_and_version(self):
        pixels = self.export.pixels
        self.assert_fails(
            "NOT_FOUND", "serving_uint8", "image", pixels, model="other"
        )
        request = predict_request("serving_uint8", "image", pixels)
        request.model_spec.version.value = 7
        with self.assertRaises(grpc.RpcError) as caught:
            self.stub.Predict(request, timeout=30)
        self.assertEqual(caught.exception.code().name, "NOT_FOUND")

    def test_status(self):
        request = get_model_status_pb2.GetModelStatusRequest()
        request.model_spec.name = "tf_dnnh"
        response = self.models.GetModelStatus(request, timeout=30)
        states = {s.version: s.state for s in response.model_version_status}
        available = get_model_status_pb2.ModelVersionStatus.AVAILABLE
        self.assertEqual(states, {1: available})

    def test_metadata_describes_the_signatures(self):
        request = get_model_metadata_pb2.GetModelMetadataRequest()
        request.model_spec.name = "tf_dnnh"
        request.metadata_field.append("signature_def")
        response = self.stub.GetModelMetadata(request, timeout=30)
        described = get_model_metadata_pb2.SignatureDefMap()
        response.metadata["signature_def"].Unpack(described)
        for name, tensor, dtype, shape in (
            ("serving_default", "image", tf.float32, [-1, HEIGHT, WIDTH, 3]),
            ("serving_uint8", "image", tf.uint8, [-1, HEIGHT, WIDTH, 3]),
            ("serving_bytes", "image_bytes", tf.string, [-1]),
        ):
            with self.subTest(signature=name):
                info = described.signature_def[name].inputs[tensor]
                self.assertEqual(tf.as_dtype(info.dtype), dtype)
                dims = [dim.size for dim in info.tensor_shape.dim]
                self.assertEqual(dims, shape)

    def test_warm_up_ran_every_signature_and_batch_size(self):
        if self.server is None:
            self.skipTest("a real server does not tell")
        self.assertEqual(
            sorted(self.server.model.warmed_up),
            sorted(
                (signature, size)
                for signature in self.server.model.signatures
                for size in BATCH_SIZES
            ),
        )


class MessagesTest(unittest.TestCase):
    """Tests that the client's messages equal the official ones on the wire."""

    def test_request(self):
        request = messages.predict_request(
            "serving_bytes",
            "image_bytes",
            {
                "dtype": messages.DT_STRING,
                "shape": [2],
                "string_val": [b"one", b"two"],
            },
            version=3,
            outputs=["code_bytes"],
        )
        expected = predict_request(
            "serving_bytes", "image_bytes", [b"one", b"two"]
        )
        expected.model_spec.version.value = 3
        expected.output_filter.append("code_bytes")
        self.assertEqual(
            predict_pb2.PredictRequest.FromString(request.SerializeToString()),
            expected,
        )

    def test_request_for_pixels(self):
        for dtype, values in (("uint8", "int_val"), ("float32", "float_val")):
            pixels = np.array([[128, 7]], dtype)
            request = messages.predict_request(
                "serving_default",
                "image",
                {
                    "dtype": tf.as_dtype(dtype).as_datatype_enum,
                    "shape": pixels.shape,
                    values: pixels.ravel().tolist(),
                },
            )
            official = predict_pb2.PredictRequest.FromString(
                request.SerializeToString()
            )
            found = tf.make_ndarray(official.inputs["image"])
            with self.subTest(dtype=dtype):
                self.assertEqual(found.dtype, pixels.dtype)
                np.testing.assert_array_equal(found, pixels)

    def test_warm_up_log(self):
        request = messages.predict_request(
            "serving_bytes",
            "image_bytes",
            {
                "dtype": messages.DT_STRING,
                "shape": [1],
                "string_val": [b"one"],
            },
        )
        log = messages.PredictionLog(predict_log={"request": request})
        official = prediction_log_pb2.PredictionLog.FromString(
            log.SerializeToString()
        )
        self.assertEqual(
            official.predict_log.request,
            predict_request("serving_bytes", "image_bytes", [b"one"]),
        )

    def test_response(self):
        official = predict_pb2.PredictResponse()
        official.model_spec.name = "tf_dnnh"
        official.outputs["code_bytes"].CopyFrom(
            tf.make_tensor_proto([b"\x00\xff"])
        )
        response = messages.PredictResponse.FromString(
            official.SerializeToString()
        )
        self.assertEqual(response.model_spec.name, "tf_dnnh")
        self.assertEqual(
            [(out.key, list(out.value.string_val)) for out in response.outputs],
            [("code_bytes", [b"\x00\xff"])],
        )


if __name__ == "__main__":
    unittest.main()
