"""Calls a running model server: encoded images in, packed codes out.

Uses gRPC (PredictionService) or REST, without TensorFlow.
"""

import base64
import http.client
import json
import os
import re
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Sequence

from export.serving import messages
from export.serving.serving_error import ServingError

SIGNATURE = "serving_bytes"
INPUT = "image_bytes"
OUTPUT = "code_bytes"

Encoder = Callable[[Sequence[bytes]], list[bytes]]


def first_sentence(text: str) -> str:
    """Returns the first cause in a server's message, at most 300 characters.

    TensorFlow appends the names of graph nodes on further lines, and wraps
    several errors in a list.

    Example:
        >>> first_sentence("Unknown image file format.\\n\\t [[{{node x}}]]")
        'Unknown image file format.'
    """
    listed = re.search(r"\(0\) (?:[A-Z_]+: )?(.*)", text)
    lines = [listed.group(1)] if listed else text.strip().splitlines()
    line = lines[0].strip() if lines else ""
    return line[:300] or "no reason given"


def parse_url(url: str) -> tuple[str, str]:
    """Splits the server's address into protocol and target.

    Raises `ValueError` unless it is `grpc://HOST[:PORT]`, `HOST:PORT` or
    `http[s]://HOST[:PORT]`.

    Example:
        >>> parse_url("localhost:8500"), parse_url("http://localhost:8501/")
        (('grpc', 'localhost:8500'), ('rest', 'http://localhost:8501'))
    """
    parts = urllib.parse.urlsplit(url if "://" in url else f"grpc://{url}")
    try:
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None
    extra = parts.query or parts.fragment or parts.username is not None
    if parts.scheme in ("http", "https") and host and not extra:
        return "rest", url.rstrip("/")
    if parts.scheme == "grpc" and host and not extra and parts.path in "/":
        address = f"[{host}]" if ":" in host else host
        return "grpc", f"{address}:{port or 8500}"
    raise ValueError(
        "`url` must be grpc://HOST:PORT, HOST:PORT or http://HOST:PORT. "
        f"Received: url={url!r}"
    )


def connect(
    url: str,
    *,
    model: str = messages.MODEL_NAME,
    version: int | None = None,
    timeout: float = 30.0,
) -> Encoder:
    """Prepares calls to a model server.

    Args:
        url: as `parse_url` takes it.
        model: the name under which the server has the model.
        version: a version of the model; None takes the server's default.
        timeout: seconds that one request may take.

    Returns:
        A function from encoded images (JPEG, PNG, GIF or BMP files) to their
        packed codes; it raises `ServingError`.

    Raises:
        ValueError: if the address is malformed.
    """
    protocol, target = parse_url(url)
    make = _grpc_encoder if protocol == "grpc" else _rest_encoder
    encode = make(target, model, version, timeout)

    def checked(images: Sequence[bytes]) -> list[bytes]:
        codes = encode(images)
        if len(codes) != len(images):
            raise ServingError(
                f"{target} answered with {len(codes)} codes for {len(images)} "
                "images; is the model an export of this package?"
            )
        return codes

    return checked


def _grpc_encoder(
    target: str, model: str, version: int | None, timeout: float
) -> Encoder:
    # gRPC's own warnings would repeat the errors that are raised below.
    os.environ.setdefault("GRPC_VERBOSITY", "NONE")
    import grpc

    call = grpc.insecure_channel(target).unary_unary(
        messages.PREDICT_METHOD,
        request_serializer=messages.PredictRequest.SerializeToString,
        response_deserializer=messages.PredictResponse.FromString,
    )

    def encode(images: Sequence[bytes]) -> list[bytes]:
        request = messages.predict_request(
            SIGNATURE,
            INPUT,
            {
                "dtype": messages.DT_STRING,
                "shape": [len(images)],
                "string_val": images,
            },
            model=model,
            version=version,
            outputs=[OUTPUT],
        )
        try:
            response = call(request, timeout=timeout)
        except grpc.RpcError as error:
            status, reason = error.code().name, error.details() or ""
            if status == "UNAVAILABLE":
                reason = first_sentence(reason).removeprefix(
                    "failed to connect to all addresses; "
                )
                raise ServingError(
                    f"cannot reach {target}: {reason}"
                ) from error
            rejected = status == "INVALID_ARGUMENT"
            raise _answered(target, status, reason, rejected) from error
        return [c for out in response.outputs for c in out.value.string_val]

    return encode


def _rest_encoder(
    target: str, model: str, version: int | None, timeout: float
) -> Encoder:
    path = f"/v1/models/{urllib.parse.quote(model, safe='')}"
    if version is not None:
        path += f"/versions/{version}"
    path += ":predict"

    def encode(images: Sequence[bytes]) -> list[bytes]:
        encoded = [base64.b64encode(image).decode() for image in images]
        body = {
            "signature_name": SIGNATURE,
            "instances": [{INPUT: {"b64": text}} for text in encoded],
        }
        answer = _post(target, path, json.dumps(body).encode(), timeout)
        try:
            rows = json.loads(answer)["predictions"]
            return [
                base64.b64decode(row[OUTPUT]["b64"], validate=True)
                for row in rows
            ]
        except (ValueError, KeyError, TypeError) as error:
            raise ServingError(
                f"{target} answered with something other than codes; is the "
                f"model `{model}` an export of this package?"
            ) from error

    return encode


def _post(target: str, path: str, body: bytes, timeout: float) -> bytes:
    request = urllib.request.Request(
        target + path, body, {"Content-Type": "application/json"}
    )
    try:
        with urllib.request.urlopen(request, timeout=timeout) as response:
            return response.read()
    except urllib.error.HTTPError as error:
        try:
            reason = str(json.loads(error.read())["error"])
        except (OSError, ValueError, KeyError, TypeError):
            reason = str(error.reason)
        rejected = error.code == 400
        raise _answered(target, error.code, reason, rejected) from error
    except http.client.HTTPException as error:
        raise ServingError(
            f"{target} does not speak HTTP; is it the port for gRPC?"
        ) from error
    except OSError as error:
        cause = getattr(error, "reason", error)
        cause = getattr(cause, "strerror", None) or cause
        raise ServingError(f"cannot reach {target}: {cause}") from error


def _answered(
    target: str, status: str | int, reason: str, rejected: bool
) -> ServingError:
    text = f"{target} answered {status}: {first_sentence(reason)}"
    return ServingError(text, rejected=rejected)
