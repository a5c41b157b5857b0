"""Codes that are the number of the class a classifier predicts."""

import dataclasses

import numpy as np

from tf_dnnh.baselines.hashing_method import HashingMethod


@dataclasses.dataclass(eq=False, kw_only=True)
class PredictedClass(HashingMethod):
    """Writes the predicted class as a binary number of log2(classes) bits.

    Where queries and database share the training classes, this alone, in 4
    bits for 10 classes, beats many supervised hashing methods: a bar for codes
    under such a protocol. The classifier is a logistic regression. Bits that
    the classes do not need are 0.

    Args:
        bits: length of a code, at least log2 of the number of classes.
        penalty: inverse of the classifier's regularization.

    Reference:
        Sablayrolles, Douze, Usunier and Jégou, "How should we evaluate
        supervised hashing?", ICASSP 2017, arXiv 1609.06753.
    """

    needs_labels = True

    penalty: float = 1e-3

    def _fit(self, x: np.ndarray, labels: np.ndarray) -> None:
        from sklearn.linear_model import LogisticRegression

        if labels.ndim != 1:
            raise ValueError(
                "`labels` must be class numbers [n]: an image with several "
                f"classes has no predicted one. Received: {list(labels.shape)}"
            )
        self.classes, targets = np.unique(labels, return_inverse=True)
        needed = max(1, int(len(self.classes) - 1).bit_length())
        if self.bits < needed:
            raise ValueError(
                f"`bits` must be at least {needed} for {len(self.classes)} "
                f"classes. Received: bits={self.bits}"
            )
        self.mean, self.scale = x.mean(axis=0), x.std(axis=0)
        self.scale[self.scale == 0] = 1.0
        self.classifier = LogisticRegression(C=self.penalty, max_iter=1000)
        self.classifier.fit(self._standardized(x), targets)
        numbers = np.arange(len(self.classes))[:, None]
        powers = np.arange(needed)[::-1]
        self.table = np.full([len(self.classes), self.bits], -1.0)
        self.table[:, :needed] = 2.0 * (numbers >> powers & 1) - 1

    def _logits(self, x: np.ndarray) -> np.ndarray:
        return self.table[self.classifier.predict(self._standardized(x))]

    def _standardized(self, x: np.ndarray) -> np.ndarray:
        return (x - self.mean) / self.scale
