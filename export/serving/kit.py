"""Writes the files for serving an export with TensorFlow Serving.

They go to `serving/` beside `saved_model/`: configurations of models, batching
and monitoring, a script that starts the server in Docker, an example client
that needs only Python's standard library, and a page with commands for this
model.
"""

from collections.abc import Sequence
from pathlib import Path

import jinja2

from export.serving.messages import MODEL_NAME
from export.serving.warmup import BATCH_SIZES
from tf_dnnh.codes import code_bytes

# One template for each file of the kit, `.j2` appended to its name.
_TEMPLATES = Path(__file__).parent / "templates"


def write_serving_kit(
    output: Path,
    *,
    model_name: str = MODEL_NAME,
    image_size: Sequence[int],
    bits: int,
) -> Path:
    """Writes the folder `serving/` of an export folder, and returns it.

    Clients address the model by `model_name`; `image_size` is its (height,
    width) in pixels.
    """
    height, width = image_size
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATES),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        keep_trailing_newline=True,
    )
    environment.globals.update(
        model=model_name,
        # The flag that `export.client` needs for a name of your own.
        named="" if model_name == MODEL_NAME else f" --model={model_name}",
        bits=bits,
        bytes=code_bytes(bits),
        height=height,
        width=width,
        batch_sizes=BATCH_SIZES,
    )
    folder = Path(output) / "serving"
    folder.mkdir(parents=True, exist_ok=True)
    for name in environment.list_templates(["j2"]):
        path = folder / name.removesuffix(".j2")
        text = environment.get_template(name).render()
        path.write_text(text, encoding="utf-8")
        if path.suffix == ".sh":
            path.chmod(0o755)
    return folder
