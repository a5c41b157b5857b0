"""Opens a model in one of the forms that commands take: `--model`."""

import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from tf_dnnh import codes, commands
from tf_dnnh.search.encoder import Encoder
from tf_dnnh.search.picture import Encoded
from tf_dnnh.search.search_error import SearchError

METADATA_FILE = "tf_dnnh.json"
FORMS = (
    "the folder of a finished run, the folder of one version of an exported "
    "SavedModel, or an exported .tflite file"
)


def open_encoder(model: Path) -> Encoder:
    """Loads a model.

    Args:
        model: a run folder, the folder of one version of a SavedModel, or a
            `.tflite` file.

    Returns:
        The encoder of its codes.

    Raises:
        SearchError: if there is no such model, or it cannot be loaded.
        RunError: if a file of the run folder is missing or damaged.
    """
    commands.import_tensorflow()
    if model.suffix == ".tflite" and model.is_file():
        return _lite(model)
    if (model / "saved_model.pb").is_file():
        return _saved_model(model)
    if (model / "model.keras").is_file() or (model / "config.json").is_file():
        return _run_folder(model)
    versions = sorted(model.glob("**/saved_model.pb"))[-1:]
    hint = f" (did you mean {versions[0].parent}?)" if versions else ""
    raise SearchError(f"There is no model {model}{hint}: give {FORMS}.")


def _run_folder(folder: Path) -> Encoder:
    import tensorflow as tf

    from tf_dnnh.fingerprint import model_fingerprint
    from tf_dnnh.runs.run_folder import RunFolder

    model = RunFolder(folder).load_model()
    spec = tf.TensorSpec([None, *model.image_size, 3], tf.float32)

    @tf.function(input_signature=[spec], autograph=False)
    def compute(images: Any) -> tuple:
        logits = model.logits(images, training=False)
        return codes.pack_logits(logits), model.relaxed(logits)

    def run(images: np.ndarray) -> Encoded:
        return Encoded(*(tensor.numpy() for tensor in compute(images)))

    return Encoder(
        run,
        model.bits,
        model_fingerprint(model),
        model.image_size,
        model.load_size,
    )


def _saved_model(folder: Path) -> Encoder:
    import tensorflow as tf

    path = folder / "assets.extra" / METADATA_FILE
    facts = _read(path, lambda: json.loads(path.read_text("utf-8")))
    loaded = _read(folder, lambda: tf.saved_model.load(str(folder)))
    compute = loaded.signatures["serving_default"]

    def run(images: np.ndarray) -> Encoded:
        outputs = compute(image=tf.constant(images)) if loaded else {}
        return Encoded(outputs["code"].numpy(), outputs["relaxed"].numpy())

    return _described(run, facts, path)


def _lite(path: Path) -> Encoder:
    try:
        from ai_edge_litert.interpreter import Interpreter
    except ImportError as error:
        raise SearchError(
            f"{path} needs LiteRT, which is not installed: run "
            "`pip install 'tf_dnnh[lite]'`, or give the run folder."
        ) from error

    def read_metadata() -> dict[str, Any]:
        with zipfile.ZipFile(path) as archive:
            return json.loads(archive.read(METADATA_FILE))

    facts = _read(path, read_metadata)
    with commands.quiet_start():
        interpreter = _read(path, lambda: Interpreter(str(path)))
        encode = interpreter.get_signature_runner("encode")
        # The first call creates the delegate, which prints a message.
        (image,) = interpreter.get_input_details()
        encode(image=np.zeros(image["shape"], np.float32))

    def run(images: np.ndarray) -> Encoded:
        # The runner does not keep the interpreter alive.
        outputs = encode(image=images) if interpreter else {}
        # The file has no relaxed codes. These differ from them in scale only.
        relaxed = 1 / (1 + np.exp(-outputs["logits"], dtype=np.float32))
        return Encoded(outputs["code"], relaxed)

    return _described(run, facts, path)


def _read(path: Path, parse: Callable[[], Any]) -> Any:
    try:
        return parse()
    except Exception as error:
        # TensorFlow and LiteRT raise errors of many types.
        reason = (str(error).strip() or "no reason given").splitlines()[0]
        raise SearchError(
            f"{path} cannot be read as an exported model ({reason}): export "
            "the run again with `python -m export.main`."
        ) from error


def _described(
    run: Callable[[np.ndarray], Encoded], facts: dict[str, Any], path: Path
) -> Encoder:
    try:
        size, load = facts["image_size"], facts.get("load_size")
        return Encoder(
            run,
            int(facts["bits"]),
            facts["model_fingerprint"],
            (size[0], size[1]),
            load and (load[0], load[1]),
        )
    except (KeyError, TypeError) as error:
        raise SearchError(
            f"The metadata in {path} lack {error}: export the run again with "
            "`python -m export.main`."
        ) from error
