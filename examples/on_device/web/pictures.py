"""Reads the pictures of the page from a folder or from a run's data set."""

import json
from pathlib import Path
from typing import NamedTuple

import numpy as np
from hash_folder import find_images
from hasher import UserError, read_picture
from PIL import Image


class Picture(NamedTuple):
    """A picture, its name in the set, and its label as text."""

    id: str
    label: str
    image: Image.Image


def from_folder(
    folder: str, items: int, examples: int
) -> tuple[list[Picture], list[Picture]]:
    """Draws pictures from a folder; a file's label is the folder it is in.

    Args:
        folder: searched with all its subfolders.
        items: number of pictures for the set.
        examples: number of other pictures to try the page with.

    Returns:
        set and examples, drawn evenly over the labels; fewer of both if the
        folder holds fewer.
    """
    paths = find_images(folder)
    names = [path.relative_to(folder) for path in paths]
    labels = [name.parent.name for name in names]

    def read(row: int) -> Picture:
        picture = read_picture(paths[row])
        return Picture(names[row].as_posix(), labels[row], picture)

    examples = min(examples, len(paths) // 2)
    pictures = [read(row) for row in draw_evenly(labels, items + examples)]
    return pictures[examples:], pictures[:examples]


def from_run(
    workdir: str, items: int, examples: int
) -> tuple[list[Picture], list[Picture]]:
    """Draws pictures from the data set of a run; needs tf_dnnh.

    Args:
        workdir: the run folder.
        items: number of pictures for the set, from the run's database.
        examples: number of pictures to try the page with, from its queries.

    Returns:
        set and examples, drawn evenly over the labels.
    """
    try:
        from tf_dnnh.data import FileSource, load_dataset
    except ModuleNotFoundError as error:
        raise UserError(
            f"--workdir needs the packages of training ({error}): install "
            "them, or give a folder of pictures with --images."
        ) from None
    config = json.loads((Path(workdir) / "config.json").read_text())
    dataset = load_dataset(
        config["dataset"],
        config["data_dir"],
        protocol=config["protocol"],
        image_dir=config.get("image_dir"),
    )
    rows = {name: row for row, name in enumerate(dataset.ids)}

    def read(row: int) -> Picture:
        source = dataset.source
        if isinstance(source, FileSource):
            image = read_picture(source.path(row))
        else:
            image = Image.fromarray(source.images[row])
        return Picture(str(dataset.ids[row]), dataset.label_text(row), image)

    def draw(ids: np.ndarray, count: int) -> list[Picture]:
        known = [rows[name] for name in ids]
        labels = [dataset.label_text(row) for row in known]
        return [read(known[i]) for i in draw_evenly(labels, count)]

    with np.load(Path(workdir) / "codes.npz") as codes:
        return (
            draw(codes["database_ids"], items),
            draw(codes["query_ids"], examples),
        )


def draw_evenly(labels: list[str], count: int) -> np.ndarray:
    """Draws one of each label, then one more of each, and so on.

    Args:
        labels: one per picture.
        count: number of pictures to draw.

    Returns:
        int64 [at most count], positions in `labels`; always the same draw.
    """
    mixed = np.random.default_rng(0).permutation(len(labels))
    names = np.array(labels)[mixed]
    turn = np.empty(len(labels), np.int64)
    for name in np.unique(names):
        turn[names == name] = np.arange(np.sum(names == name))
    return mixed[np.argsort(turn, kind="stable")[:count]]
