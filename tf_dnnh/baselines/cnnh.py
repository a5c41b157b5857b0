"""CNNH's two steps with a perceptron in the place of its network."""

import dataclasses
from typing import Any

import numpy as np

from tf_dnnh.baselines.hashing_method import HashingMethod
from tf_dnnh.baselines.similarity_codes import similarity_codes


@dataclasses.dataclass(eq=False, kw_only=True)
class CNNH(HashingMethod):
    """Codes by factorising the similarity matrix, then a network for them.

    The first step ignores the features: `similarity_codes` of the labels. In
    the second a network learns to predict the codes. The original's network
    is convolutional and sees pixels; this one is a perceptron with one
    hidden layer that sees whatever features it is given.

    Args:
        hidden: units of the hidden layer.
        penalty: L2 penalty on the weights.
        epochs: of the network.

    Reference:
        Xia, Pan, Lai, Liu and Yan, "Supervised hashing for image retrieval
        via image representation learning", AAAI 2014.
    """

    needs_labels = True

    hidden: int = 256
    penalty: float = 10.0
    epochs: int = 20

    def _fit(self, x: np.ndarray, labels: Any) -> None:
        from sklearn.neural_network import MLPRegressor

        targets = 2.0 * similarity_codes(labels, self.bits, self.seed) - 1
        self.mean, self.scale = x.mean(axis=0), x.std(axis=0)
        self.scale[self.scale == 0] = 1.0
        self.network = MLPRegressor(
            hidden_layer_sizes=[self.hidden],
            alpha=self.penalty,
            random_state=self.seed,
        )
        standardized = self._standardized(x)
        # One target is a vector, as scikit-learn wants it.
        targets = targets[:, 0] if self.bits == 1 else targets
        for _ in range(self.epochs):
            self.network.partial_fit(standardized, targets)

    def _logits(self, x: np.ndarray) -> np.ndarray:
        return self.network.predict(self._standardized(x)).reshape(len(x), -1)

    def _standardized(self, x: np.ndarray) -> np.ndarray:
        return (x - self.mean) / self.scale
