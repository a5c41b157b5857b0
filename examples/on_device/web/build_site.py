"""Builds the look-alikes page: a folder that any web server can serve.

    npm ci
    python build_site.py --model=EXPORT/tflite/float32.tflite \\
        --workdir=RUN --output=site
    python -m http.server --directory=site 8000

The pictures come from a run (`--workdir`) or from a folder (`--images`, one
subfolder per label). Their codes are made with the `.tflite` file that the page
runs. The WebAssembly files are copied from `node_modules`.
"""

import argparse
import base64
import io
import json
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "python"))

import pictures  # noqa: E402
from hasher import Hasher, UserError  # noqa: E402
from PIL import Image  # noqa: E402

# The builds that LiteRT.js may load without threads and without suspending
# WebAssembly: one for browsers with relaxed SIMD, one for the others.
WASM = ("litert_wasm_internal", "litert_wasm_compat_internal")
THUMBNAIL = 160
EXAMPLE = 512


def data_url(image: Image.Image, side: int) -> str:
    """Embeds a picture, shrunk to `side` pixels; small ones are lossless."""
    small = image.copy()
    small.thumbnail((side, side))
    kind = "PNG" if max(image.size) <= 64 else "JPEG"
    file = io.BytesIO()
    small.save(file, kind, quality=85)
    text = base64.b64encode(file.getvalue()).decode()
    return f"data:image/{kind.lower()};base64,{text}"


def build_gallery(
    hasher: Hasher,
    items: Sequence[pictures.Picture],
    examples: Sequence[pictures.Picture],
) -> dict:
    """Returns the content of `gallery.json`."""
    codes = [
        hasher.encode(hasher.pixels(item.image)[None])[0] for item in items
    ]
    return {
        "fingerprint": hasher.fingerprint,
        "bits": hasher.bits,
        "items": [
            {
                "id": item.id,
                "label": item.label,
                "code": code.tobytes().hex(),
                "thumbnail": data_url(item.image, THUMBNAIL),
            }
            for item, code in zip(items, codes, strict=True)
        ],
        "examples": [
            {
                "id": example.id,
                "label": example.label,
                "image": data_url(example.image, EXAMPLE),
            }
            for example in examples
        ],
    }


def copy_runtime(node_modules: Path, folder: Path) -> None:
    """Copies LiteRT.js, so that the page loads nothing from other hosts."""
    package = node_modules / "@litertjs"
    if not package.is_dir():
        raise UserError(
            f"There is no LiteRT.js in {node_modules}: run `npm ci` in {HERE}."
        )
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(package / "core/dist/index.js", folder / "core.js")
    shutil.copy(package / "wasm-utils/dist/index.js", folder / "wasm-utils.js")
    for name in WASM:
        for suffix in (".js", ".wasm"):
            shutil.copy(package / "core/wasm" / (name + suffix), folder)


def build(args: argparse.Namespace) -> None:
    """Writes the site's folder."""
    hasher = Hasher(args.model)
    if args.workdir:
        found = pictures.from_run(args.workdir, args.items, args.examples)
    else:
        found = pictures.from_folder(args.images, args.items, args.examples)
    gallery = build_gallery(hasher, *found)
    output = Path(args.output)
    shutil.copytree(HERE / "page", output, dirs_exist_ok=True)
    copy_runtime(Path(args.node_modules), output / "litert")
    shutil.copy(args.model, output / "model.tflite")
    (output / "gallery.json").write_text(json.dumps(gallery))
    distinct = len(np.unique([item["code"] for item in gallery["items"]]))
    print(
        f"{output}: {len(gallery['items'])} pictures with {distinct} distinct "
        f"codes of {hasher.bits} bits."
    )


def main(arguments: list[str] | None = None) -> int:
    """Returns the exit status: 0, or 1 after an error message on stderr."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--model", required=True, help="an exported .tflite")
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--workdir", help="a run folder")
    source.add_argument("--images", help="a folder of pictures")
    parser.add_argument("--output", required=True, help="the folder to write")
    parser.add_argument("--items", type=int, default=500)
    parser.add_argument("--examples", type=int, default=12)
    parser.add_argument("--node_modules", default=str(HERE / "node_modules"))
    try:
        build(parser.parse_args(arguments))
    except (UserError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
