"""CNNH's two stages, with a perceptron in place of its convolutions."""

import dataclasses

import numpy as np
import numpy.typing as npt

from tf_dnnh.baselines.hashing_method import HashingMethod
from tf_dnnh.baselines.label_similarity import LabelSimilarity


@dataclasses.dataclass(eq=False, kw_only=True)
class CNNH(HashingMethod):
    """Codes that factorise the similarity matrix, predicted by a network.

    The first stage ignores the features: `similarity_codes` of the labels. In
    the second, a network learns to predict the codes. The original network is
    convolutional and takes pixels; this one is a perceptron with one hidden
    layer and takes any features.

    Args:
        hidden: units of the hidden layer.
        penalty: L2 penalty on the weights.
        epochs: training epochs of the network.

    Reference:
        Xia, Pan, Lai, Liu and Yan, "Supervised hashing for image retrieval
        via image representation learning", AAAI 2014.
    """

    needs_labels = True

    hidden: int = 256
    penalty: float = 10.0
    epochs: int = 20

    def _fit(self, x: np.ndarray, labels: np.ndarray) -> None:
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
        # scikit-learn takes a single target as a vector.
        targets = targets[:, 0] if self.bits == 1 else targets
        for _ in range(self.epochs):
            self.network.partial_fit(standardized, targets)

    def _logits(self, x: np.ndarray) -> np.ndarray:
        return self.network.predict(self._standardized(x)).reshape(len(x), -1)

    def _standardized(self, x: np.ndarray) -> np.ndarray:
        return (x - self.mean) / self.scale


def similarity_codes(
    labels: npt.ArrayLike, bits: int, seed: int = 0, *, sweeps: int = 5
) -> np.ndarray:
    """Finds codes of training items whose inner products follow the labels.

    Minimises `||S - H H^T / bits||^2` over H [n, bits] in [-1, 1], where S is
    +1 for similar items and -1 for others: in each sweep, every element in
    turn takes a Newton step, clipped to the range. The signs of H are the
    codes, uint8 0/1 [n, bits]. Labels are as in `CNNH.fit`.

    Reference:
        Stage 1 of the paper cited in `CNNH`.
    """
    rng = np.random.default_rng(seed)
    similarity = LabelSimilarity(labels)
    codes = rng.uniform(-1, 1, [len(similarity.group), bits])
    for _ in range(sweeps):
        sweep(codes, similarity, rng)
    return (codes >= 0).astype(np.uint8)


def sweep(
    codes: np.ndarray, similarity: LabelSimilarity, rng: np.random.Generator
) -> None:
    """Takes one step with every element of `codes`, [n, bits], in place.

    The sums over items that a step needs are kept up to date: those of the
    codes per group of equal labels, and those of the products of two bits.
    """
    bits = codes.shape[1]
    sums = similarity.sums(codes)
    products = codes.T @ codes
    for bit in rng.permutation(bits):
        for item in rng.permutation(len(codes)):
            group = similarity.group[item]
            between = similarity.between[group]
            row = codes[item]
            value = row[bit]
            residue = between[group] - row @ row / bits
            # sum over k of R[item, k] * H[k, bit]
            towards = between @ sums[:, bit] - row @ products[:, bit] / bits
            curve = (products[bit, bit] + value**2) / bits - residue
            step = towards / curve if curve > 0 else np.sign(towards) * 2
            step = min(max(step, -1 - value), 1 - value)
            sums[group, bit] += step
            products[bit] += step * row
            products[:, bit] += step * row
            products[bit, bit] += step * step
            row[bit] = value + step
