"""The data of a run: images, their split, and their problems."""

import sys

import numpy as np

from tf_dnnh import files
from tf_dnnh.data import ImageDataset, Split, load_dataset, make_split
from tf_dnnh.runs.run_folder import RunFolder
from trainers.config import Config

PROBLEMS_FILE = "data_problems.csv"


def load_run_data(config: Config) -> tuple[ImageDataset, Split]:
    """Loads and divides the data set of a run; prints warnings.

    Raises:
        DataError: the data are not there, or cannot be divided.
    """
    dataset = load_dataset(
        config.dataset,
        config.data_dir,
        download=config.download,
        protocol=config.protocol,
    )
    for warning in dataset.warnings():
        print(f"warning: {warning}", file=sys.stderr)
    split = make_split(
        dataset,
        config.protocol,
        seed=config.seed,
        validation=config.validation_fraction,
        unlabelled=config.unlabelled,
    )
    return dataset, split


def write_problems(folder: RunFolder, dataset: ImageDataset) -> None:
    """Lists every image that is left out of the run, or odd.

    Writes `data_problems.csv` of a run folder: problem, name. Without any,
    there is no such file.
    """
    rows = [
        (k, name) for k, names in dataset.problems.items() for name in names
    ]
    if dataset.multi_label:
        bare = np.flatnonzero(~dataset.labels.any(axis=1))
        rows += [("unlabelled", name) for name in dataset.ids[bare]]
    path = folder.path / PROBLEMS_FILE
    if not rows:
        path.unlink(missing_ok=True)
        return
    files.write_csv(path, ["problem", "name"], rows)
