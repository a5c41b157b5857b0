"""Encodes a collection of images shard by shard; resumes what is missing."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tqdm import tqdm

from tf_dnnh import files
from tf_dnnh.encode.encode_error import EncodeError
from tf_dnnh.encode.engines import in_processes, with_ray
from tf_dnnh.encode.shard_encoder import part_path, read_facts
from tf_dnnh.encode.sources import Shard, find_shards
from tf_dnnh.locking import locked

SUMMARY_FILE = "encoding.json"
UNREADABLE_FILE = "unreadable.csv"


def encode_images(
    model: Path,
    images: Path,
    output: Path,
    *,
    workers: int = 1,
    shard_size: int = 10_000,
    relaxed: bool = False,
    engine: str = "processes",
    address: str | None = None,
) -> dict[str, Any]:
    """Encodes images into Parquet files, one per shard.

    Their columns are `id` (path or id), `label`, `code` (packed), `relaxed`
    (uint8 per bit, 255 for 1) if wanted, and `fingerprint` of the model.
    `encoding.json` is written last, once every shard is complete, beside
    `unreadable.csv` if images could not be read.

    Args:
        model: run folder, SavedModel version folder, or `.tflite` file.
        images: see `find_shards`.
        output: folder to write; shards that it holds are not encoded again.
        workers: number of processes.
        shard_size: images per shard.
        relaxed: whether to write relaxed codes.
        engine: `processes` or `ray`.
        address: of a Ray cluster.

    Returns:
        The content of `encoding.json`: numbers of images `encoded` and
        `unreadable`, `shards`, `bits` and `fingerprint`.

    Raises:
        EncodeError: the images, the output or the engine cannot be used.
        LockedError: another process writes to the folder.
    """
    _require_pyarrow()
    shards = find_shards(images, shard_size)
    description = _description(model, shards, shard_size, relaxed)
    output.mkdir(parents=True, exist_ok=True)
    with locked(output):
        files.sweep(output)
        _check(output, description)
        files.write_json(output / "settings.json", description)
        todo = [shard for shard in shards if not _is_done(output, shard)]
        if todo:
            arguments = (str(model), str(output), relaxed)
            results = (
                with_ray(arguments, todo, workers, address)
                if engine == "ray"
                else in_processes(arguments, todo, workers)
            )
            _follow(results, sum(map(_size, shards)), sum(map(_size, todo)))
        return _finish(output, shards, description)


def _require_pyarrow() -> None:
    try:
        import pyarrow  # noqa: F401
    except ImportError as error:
        raise EncodeError(
            "Parquet files need pyarrow, which is not installed: run `pip "
            "install 'tf_dnnh[encode]'`."
        ) from error


def _description(
    model: Path, shards: Sequence[Shard], shard_size: int, relaxed: bool
) -> dict[str, Any]:
    """Returns what must be equal for an encoding to be resumed."""
    return {
        "fingerprint": _fingerprint(model),
        "shard_size": shard_size,
        "relaxed": relaxed,
        "images": sum(map(_size, shards)),
    }


def _fingerprint(model: Path) -> str:
    from tf_dnnh.search.model_files import open_encoder

    return open_encoder(model).fingerprint


def _size(shard: Shard) -> int:
    if shard.files is not None:
        return len(shard.files)
    return shard.stop - shard.start


def _check(output: Path, description: dict[str, Any]) -> None:
    from tf_dnnh.runs.run_folder import read_json

    path = output / "settings.json"
    if not path.exists():
        return
    there = read_json(path)
    for name, value in description.items():
        if there.get(name) != value:
            raise EncodeError(
                f"{output} holds another encoding ({name}: "
                f"{there.get(name)}, not {value}): choose another --output, or "
                "give the same model, images and settings."
            )


def _is_done(output: Path, shard: Shard) -> bool:
    """Returns whether a shard's file is complete and of these images."""
    try:
        return read_facts(part_path(output, shard.number))["key"] == shard.key()
    except (OSError, ValueError, KeyError, TypeError):
        return False


def _follow(results: Any, total: int, todo: int) -> None:
    """Shows progress on a terminal."""
    with tqdm(
        total=total, initial=total - todo, unit="img", disable=None
    ) as progress:
        for result in results:
            progress.update(result["encoded"] + result["unreadable"])


def _finish(
    output: Path, shards: Sequence[Shard], description: dict[str, Any]
) -> dict[str, Any]:
    """Adds up the shards and writes the list of unreadable images."""
    facts = [read_facts(part_path(output, shard.number)) for shard in shards]
    unreadable = [tuple(row) for one in facts for row in one["unreadable"]]
    listed = output / UNREADABLE_FILE
    if unreadable:
        files.write_csv(listed, ["id", "reason"], unreadable)
    else:
        listed.unlink(missing_ok=True)
    summary = {
        "encoded": sum(one["encoded"] for one in facts),
        "unreadable": len(unreadable),
        "shards": len(shards),
        "bits": facts[0]["bits"],
        "fingerprint": description["fingerprint"],
    }
    files.write_json(output / SUMMARY_FILE, summary)
    return summary
