"""Writes what it takes to serve an export with TensorFlow Serving.

The files go to `serving/` beside `saved_model/`: configurations of models,
batching and monitoring, a script that starts the server in Docker, an example
client that needs only Python's standard library, and a page that explains
them for this very model.
"""

from collections.abc import Sequence
from pathlib import Path
from string import Template

from export.warmup import BATCH_SIZES, MODEL_NAME

_MODELS = """\
model_config_list {
  config {
    name: "$model"
    base_path: "/models/$model"
    model_platform: "tensorflow"
    # The server follows new versions by itself. To stay with one, or to go
    # back: model_version_policy { specific { versions: 1 } }
    model_version_policy { latest { num_versions: 1 } }
  }
}
"""

_BATCHING = """\
# Requests that arrive within the timeout are computed together. The sizes are
# those that the warm-up requests of the SavedModel have run.
max_batch_size { value: $max_batch }
batch_timeout_micros { value: 2000 }
max_enqueued_batches { value: 64 }
# About the number of cores.
num_batch_threads { value: 4 }
$allowed_sizes
"""

_MONITORING = """\
prometheus_config {
  enable: true
  path: "/monitoring/prometheus/metrics"
}
"""

_DOCKER_RUN = """\
#!/bin/sh
# Serves the model: gRPC on port 8500, REST on port 8501. Further flags of the
# server may follow. TAG chooses the image; use a server no older than the
# TensorFlow that made the export. BATCHING=off computes each request alone.
set -eu
export_folder=$$(cd "$$(dirname "$$0")/.." && pwd)
batching="--enable_batching --batching_parameters_file=/config/batching.config"
if [ "$${BATCHING:-on}" = off ]; then batching=; fi
exec docker run --rm \\
  --publish "$${GRPC_PORT:-8500}:8500" \\
  --publish "$${REST_PORT:-8501}:8501" \\
  --volume "$$export_folder/saved_model:/models/$model:ro" \\
  --volume "$$export_folder/serving:/config:ro" \\
  "tensorflow/serving:$${TAG:-latest}" \\
  --model_config_file=/config/models.config \\
  --monitoring_config_file=/config/monitoring.config \\
  $$batching "$$@"
"""

_CLIENT = '''\
"""Prints the codes of images; needs only Python's standard library.

Usage: python client_example.py http://localhost:8501 IMAGE...
"""

import base64
import json
import sys
import urllib.error
import urllib.request

MODEL = "$model"


def codes(server, images):
    """Returns the packed code of each encoded image, as bytes."""
    instances = [
        {"image_bytes": {"b64": base64.b64encode(image).decode()}}
        for image in images
    ]
    body = {"signature_name": "serving_bytes", "instances": instances}
    request = urllib.request.Request(
        f"{server}/v1/models/{MODEL}:predict",
        json.dumps(body).encode(),
        {"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=30) as response:
        rows = json.load(response)["predictions"]
    return [base64.b64decode(row["code_bytes"]["b64"]) for row in rows]


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    files = []
    for path in sys.argv[2:]:
        with open(path, "rb") as file:
            files.append(file.read())
    try:
        for code in codes(sys.argv[1].rstrip("/"), files):
            print(code.hex())
    except urllib.error.HTTPError as error:
        sys.exit(json.load(error)["error"])
'''

_README = """\
# Serving `$model`

Images of any size in, codes of $bits bits ($bytes bytes, most significant bit
first, padded with zero bits) out. The model itself takes $height x $width
pixels.

- `docker_run.sh` starts TensorFlow Serving in Docker with the files below.
- `models.config`: which model, from where, which versions.
- `batching.config`: joins requests of several clients, up to $max_batch images.
- `monitoring.config`: figures for Prometheus.
- `client_example.py`: a client that needs only Python.

## Start

    sh docker_run.sh

The server replays the warm-up requests of the SavedModel, then answers:

    curl http://localhost:8501/v1/models/$model

## Ask

    python client_example.py http://localhost:8501 IMAGE.jpg
    python -m export.client --url=http://localhost:8501$named IMAGE.jpg
    python -m export.client --url=grpc://localhost:8500$named IMAGE.jpg

The second and third need the package that made this export. Without either:

    printf '{"signature_name": "serving_bytes",
      "instances": [{"image_bytes": {"b64": "%s"}}]}' \\
      "$$(base64 < IMAGE.jpg | tr -d '\\n')" |
      curl -d @- http://localhost:8501/v1/models/$model:predict

Signatures, each with the outputs `code` (uint8 [batch, $bytes]) and `relaxed`
(float32 [batch, $bits]):

- `serving_bytes`: `image_bytes`, the files themselves (JPEG, PNG, GIF, BMP);
  also returns `code_bytes`, the code as a string, base64 in JSON.
- `serving_default`: `image`, float32 [batch, $height, $width, 3], 0..255.
- `serving_uint8`: the same as uint8.

## Mind

- One file that is no image makes its whole batch fail. With batching on, that
  includes the images other clients sent in the same two milliseconds. Where
  clients are not trusted to send images, start the server with
  `BATCHING=off sh docker_run.sh`.
- Codes of different models must not be compared. The fingerprint of this one
  is in `saved_model/*/assets.extra/tf_dnnh.json`.
- Figures for Prometheus:
  <http://localhost:8501/monitoring/prometheus/metrics>
"""

_FILES = {
    "models.config": _MODELS,
    "batching.config": _BATCHING,
    "monitoring.config": _MONITORING,
    "docker_run.sh": _DOCKER_RUN,
    "client_example.py": _CLIENT,
    "README.md": _README,
}


def write_serving_kit(
    output: Path,
    *,
    model_name: str = MODEL_NAME,
    image_size: Sequence[int],
    bits: int,
) -> Path:
    """Writes the folder `serving/` of an export.

    Args:
        output: the export folder, which holds `saved_model/`.
        model_name: the name under which clients ask for the model.
        image_size: (height, width) of the model's input, in pixels.
        bits: length of the codes.

    Returns:
        The folder written.
    """
    height, width = image_size
    values = {
        "model": model_name,
        # What the client has to be told when the name is not the usual one.
        "named": "" if model_name == MODEL_NAME else f" --model={model_name}",
        "bits": bits,
        "bytes": -(-bits // 8),
        "height": height,
        "width": width,
        "max_batch": BATCH_SIZES[-1],
        "allowed_sizes": "\n".join(
            f"allowed_batch_sizes: {size}" for size in BATCH_SIZES
        ),
    }
    folder = Path(output) / "serving"
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in _FILES.items():
        path = folder / name
        path.write_text(Template(text).substitute(values), encoding="utf-8")
        if name.endswith(".sh"):
            path.chmod(0o755)
    return folder
