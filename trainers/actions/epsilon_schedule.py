"""Narrows the linear band of the piecewise threshold."""

from tf_dnnh.layers import PiecewiseThreshold
from trainers.actions.action import Action
from trainers.config import Config


class EpsilonSchedule(Action):
    """Multiplies epsilon by `epsilon_decay` every `epsilon_decay_epochs`.

    Args:
        threshold: the layer whose epsilon is set.
        config: the run's configuration.

    Reference:
        Lai et al., CVPR 2015, the piece-wise threshold function; the paper
        cuts epsilon by 20 % every 20,000 iterations.
    """

    def __init__(self, threshold: PiecewiseThreshold, config: Config) -> None:
        self._threshold = threshold
        self._config = config

    def begin_epoch(self, epoch: int) -> None:
        """Sets the epsilon of the epoch."""
        config = self._config
        cuts = epoch // config.epsilon_decay_epochs
        epsilon = config.epsilon * config.epsilon_decay**cuts
        self._threshold.epsilon.assign(epsilon)
