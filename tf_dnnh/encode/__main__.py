"""Encodes many images: `python -m tf_dnnh.encode --help`."""

import sys
from collections.abc import Sequence
from pathlib import Path

from absl import flags

from tf_dnnh import commands
from tf_dnnh.encode.encode_error import EncodeError
from tf_dnnh.stopping import StopRequests

SUMMARY = """\
Encodes a collection of images, shard by shard, and writes Parquet files. The
same command again encodes only the shards that are missing. For example:

  python -m tf_dnnh.encode --model=runs/digits-48b-0 --images=photos \\
    --output=codes

"""


def define_flags() -> flags.FlagValues:
    """Defines the flags."""
    values = flags.FlagValues()
    for name, text in {
        "model": "run folder, version folder of a SavedModel, or .tflite file",
        "images": "folder of images, CSV file of path,label, or a .parquet or "
        ".tfrecord file or folder of such files",
        "output": "folder to write; resumed if it exists",
    }.items():
        flags.DEFINE_string(name, None, text, values)
    text = "processes, each with a model of its own"
    flags.DEFINE_integer("workers", 1, text, 1, flag_values=values)
    text = "images per Parquet file"
    flags.DEFINE_integer("shard_size", 10_000, text, 1, flag_values=values)
    text = "also write relaxed codes, 8 bits each"
    flags.DEFINE_boolean("relaxed", False, text, values)
    text = "processes: of this machine; ray: Ray Data, needs tf_dnnh[ray]"
    choices = ["processes", "ray"]
    flags.DEFINE_enum("engine", None, choices, text, values)
    text = "address of a Ray cluster, such as auto; implies --engine=ray"
    flags.DEFINE_string("address", None, text, values)
    flags.DEFINE_boolean("debug", False, "show tracebacks", values)
    return values


def main(argv: Sequence[str] = sys.argv) -> int:
    """Parses the command line, encodes, and returns the exit status."""
    return commands.run(argv, define_flags(), SUMMARY, resolve, body)


def resolve(values: flags.FlagValues) -> flags.FlagValues:
    """Checks the flags."""
    for name in ("model", "images", "output"):
        if not values[name].value:
            raise EncodeError(f"`--{name}` is required, see --help")
    if values.address and values.engine == "processes":
        raise EncodeError("`--address` needs --engine=ray")
    return values


def body(values: flags.FlagValues, stop: StopRequests) -> None:
    """Encodes, and prints what was written."""
    del stop  # Finished shards are on disk: stopping at once loses little.
    # Imported here, once the flags are valid.
    from tf_dnnh.encode.bulk import encode_images

    ray = values.engine == "ray" or bool(values.address)
    output = Path(values.output)
    summary = encode_images(
        Path(values.model),
        Path(values.images),
        output,
        workers=values.workers,
        shard_size=values.shard_size,
        relaxed=values.relaxed,
        engine="ray" if ray else "processes",
        address=values.address,
    )
    print(
        f"{summary['encoded']:,} codes of {summary['bits']} bits in {output}, "
        f"{summary['unreadable']:,} images unreadable"
    )
    if summary["unreadable"]:
        print(
            f"The unreadable images are listed in {output / 'unreadable.csv'}"
        )


if __name__ == "__main__":
    sys.exit(main())
