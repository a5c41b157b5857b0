"""The settings of a comparison of hashing methods."""

import dataclasses
import pathlib
from typing import NamedTuple

from trainers.config import Config, ConfigError

# Features -> their name in a table, and a description.
FEATURES = {
    "gist": ("GIST", "512-dimensional GIST"),
    "pixels": ("raw pixels", "raw pixels"),
    "untrained": (
        "untrained network",
        "500 outputs of the network before any training",
    ),
}
DEFAULT_FEATURES = "gist"


class Method(NamedTuple):
    """One hashing method of the comparison.

    Attributes:
        name: name of the class in `tf_dnnh.baselines`; None for the network
            of `trainers.comparison.cnnh_network`, which learns from pixels.
        title: title in tables and plots.
        supervised: whether it uses labels here.
        reported: its row in the paper's table, if there is one.
        one_class: whether it needs single-label images.
    """

    name: str | None
    title: str
    supervised: bool
    reported: str | None = None
    one_class: bool = False

    @property
    def learns_from(self) -> str:
        """The method's input, in words."""
        if self.name is None:
            return "pixels and labels"
        return "labels" if self.supervised else "features"


METHODS = {
    "lsh": Method("LSH", "LSH", False, "LSH"),
    "pca_hashing": Method("PCAHashing", "PCA hashing", False),
    "sh": Method("SpectralHashing", "SH", False, "SH"),
    "itq": Method("ITQ", "ITQ", False, "ITQ"),
    "bre": Method("BRE", "BRE", True, "BRE"),
    "mlh": Method("MLH", "MLH", True, "MLH"),
    "itq_cca": Method("ITQCCA", "ITQ-CCA", True, "ITQ-CCA"),
    "ksh": Method("KSH", "KSH", True, "KSH"),
    "cnnh": Method("CNNH", "CNNH codes, perceptron", True),
    "cnnh_network": Method(None, "CNNH*, our network", True, "CNNH*"),
    "predicted_class": Method(
        "PredictedClass", "predicted class", True, one_class=True
    ),
}
# Training the network takes longer than all the others together.
DEFAULT_METHODS = tuple(name for name in METHODS if METHODS[name].name)


@dataclasses.dataclass(frozen=True)
class BaselineSettings:
    """A comparison: data set, methods, code lengths, features.

    Attributes:
        config: preset of the data set; sets data, protocol, seed and split.
        bits: code lengths, in ascending order.
        methods: keys of `METHODS`.
        features: one of `FEATURES`, or a .npy file [images, features].
        runs: run folders of trained networks to compare with.
        workdir: folder of the results.

    Raises:
        ConfigError: for a value that is not allowed.
    """

    config: Config
    bits: tuple[int, ...]
    methods: tuple[str, ...]
    features: str
    runs: tuple[pathlib.Path, ...]
    workdir: pathlib.Path

    def __post_init__(self) -> None:
        if not self.bits or not all(1 <= bits <= 4096 for bits in self.bits):
            raise ConfigError(
                "`--bits` must lie between 1 and 4096. "
                f"Received: {','.join(map(str, self.bits)) or 'none'}"
            )
        unknown = [name for name in self.methods if name not in METHODS]
        if unknown or not self.methods:
            raise ConfigError(
                f"`--methods` must be among {', '.join(METHODS)}. "
                f"Received: {', '.join(unknown) or 'none'}"
            )
        if self.feature_file and not self.feature_file.is_file():
            raise ConfigError(
                f"`--features` must be {', '.join(FEATURES)} or a .npy file "
                f"that exists. Received: {self.features}"
            )
        for folder in self.runs:
            if not (folder / "result.json").is_file():
                raise ConfigError(
                    f"`--runs`: {folder} holds no result.json: give the folder "
                    "of a finished run."
                )

    @property
    def feature_file(self) -> pathlib.Path | None:
        """The user's file of features, if one is given."""
        named = self.features in FEATURES
        return None if named else pathlib.Path(self.features)

    def cell_path(self, method: str, bits: int) -> pathlib.Path:
        """Returns the file of one method at one code length."""
        return self.workdir / "cells" / f"{method}-{bits}.json"
