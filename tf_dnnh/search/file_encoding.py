"""Encodes the files of an update, batch by batch."""

import itertools
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from tqdm import tqdm

from tf_dnnh.search.encoder import Encoder
from tf_dnnh.search.pending_update import (
    CodedPicture,
    FoundPicture,
    PendingUpdate,
)
from tf_dnnh.search.picture_error import PictureError
from tf_dnnh.search.picture_files import Problems
from tf_dnnh.search.reranking import to_bytes
from tf_dnnh.stopping import StopRequests

# Larger files are no photographs, and each is read as a whole.
_MAX_FILE_BYTES = 256 * 1024**2
_RESUME = "while encoding; the same command goes on from there"


def encode_files(
    update: PendingUpdate,
    encoder: Encoder,
    images: Path,
    problems: Problems,
    stop: StopRequests,
) -> None:
    """Stages the codes of all files that have none, with a progress bar.

    Args:
        update: lists the files and receives their codes.
        encoder: the model.
        images: folder that the paths of the files start from.
        problems: receives path and reason of files that cannot be read.
        stop: signals that end the work after a batch.

    Raises:
        Stopped: after a signal.
    """
    with tqdm(
        total=update.count(), desc="Encoding", unit="picture", disable=None
    ) as bar:
        for found, loaded in _loaded(update, encoder, images):
            stop.check(_RESUME)
            good = [i for i, image in enumerate(loaded) if _is_image(image)]
            problems += [
                (found[i].path, str(image))
                for i, image in enumerate(loaded)
                if not _is_image(image)
            ]
            if good:
                codes, relaxed = encoder.run([loaded[i] for i in good])
                rows = zip(good, codes, to_bytes(relaxed), strict=True)
                update.stage(CodedPicture(found[i], c, r) for i, c, r in rows)
            bar.update(len(found))
    stop.check(_RESUME)


def _is_image(loaded: np.ndarray | PictureError) -> bool:
    return isinstance(loaded, np.ndarray)


def _loaded(
    update: PendingUpdate, encoder: Encoder, images: Path
) -> Iterator[tuple[list[FoundPicture], list]]:
    """Yields batches of files with their images, or errors.

    The next batch is decoded while the present one is encoded.
    """
    waiting = None
    for found in itertools.chain(update.uncoded(encoder.batch_size), [None]):
        following = found and (
            found,
            [
                encoder.submit(_load, encoder, images / picture.path)
                for picture in found
            ],
        )
        if waiting:
            yield waiting[0], [future.result() for future in waiting[1]]
        waiting = following


def _load(encoder: Encoder, path: Path) -> np.ndarray | PictureError:
    try:
        if path.stat().st_size > _MAX_FILE_BYTES:
            return PictureError(f"more than {_MAX_FILE_BYTES >> 20} MiB")
        return encoder.prepare(path.read_bytes())
    except OSError as error:
        return PictureError(error.strerror or "cannot be read")
    except PictureError as error:
        return error
