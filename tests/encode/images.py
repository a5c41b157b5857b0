"""Writes a folder of images to encode."""

import pathlib

import tensorflow as tf

from tf_dnnh.data import load_dataset

COUNT = 40


def write_images(folder: pathlib.Path) -> None:
    """Writes digits as PNG files in folders of their labels, two broken."""
    dataset = load_dataset("digits")
    for index in range(COUNT):
        path = folder / str(dataset.labels[index]) / f"{index:03d}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        image = tf.io.encode_png(dataset.source.images[index])
        path.write_bytes(image.numpy())
    (folder / "0" / "cut.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    (folder / "0" / "empty.jpg").touch()
