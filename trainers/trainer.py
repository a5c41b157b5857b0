"""The training step: one replica's share, and the loop that runs on devices.

A step is written once for any number of devices. Every replica computes codes
for its own images, gathers the codes and labels of all replicas, and evaluates
the loss over the *global* batch, so that the triplets do not depend on how the
batch was split. Gradients flow into a replica's own codes only; their sum over
replicas is the gradient of the global loss.
"""

import functools
from collections.abc import Iterator

import keras
import tensorflow as tf

from tf_dnnh.losses import batch_triplet_loss
from tf_dnnh.models import HashingModel
from trainers.config import ConfigError
from trainers.optimizers import UNDECAYED


class Trainer:
    """Trains a hashing model under a distribution strategy.

    Args:
        model: the network, created in the strategy's scope.
        optimizer: a Keras optimiser, created in the strategy's scope.
        strategy: where to compute.
        batch_size: images of a global batch.
        margin: of the triplet ranking loss, in squared distances.
        mining: which triplets of a batch count, see `tf_dnnh.losses`.
        loss_reduction: `mean` over all triplets or over `mean_active` ones.
        l2: factor of the L2 term in the gradient of all decayed weights.
        clip_norm: bound of the gradient's global norm; 0 leaves it alone.
        seed: of the random triplets.
        jit_compile: compile the forward and backward pass with XLA; for one
            replica only, since its collectives cannot be compiled here.

    Attributes:
        step: number of finished steps, a `tf.Variable`.

    Raises:
        ConfigError: the batch does not divide among the replicas, or XLA is
            asked for with several.
    """

    def __init__(
        self,
        model: HashingModel,
        optimizer: keras.optimizers.Optimizer,
        strategy: tf.distribute.Strategy,
        *,
        batch_size: int,
        margin: float = 1.0,
        mining: str = "batch_all",
        loss_reduction: str = "mean",
        l2: float = 0.0,
        clip_norm: float = 0.0,
        seed: int = 0,
        jit_compile: bool = False,
    ) -> None:
        replicas = strategy.num_replicas_in_sync
        if batch_size % replicas:
            raise ConfigError(
                "`batch_size` must divide evenly among the replicas. "
                f"Received: batch_size={batch_size}, replicas={replicas}"
            )
        if jit_compile and replicas > 1:
            raise ConfigError(
                "`jit_compile` works on one replica; turn it off or use "
                f"--strategy=one_device. Received: replicas={replicas}"
            )
        self.model = model
        self.optimizer = optimizer
        self.strategy = strategy
        self._batch_size = batch_size
        self._loss = functools.partial(
            batch_triplet_loss,
            margin=margin,
            mining=mining,
            reduction=loss_reduction,
        )
        self._l2 = l2
        self._clip_norm = clip_norm
        self._seed = seed
        self._differentiate = (
            tf.function(self._loss_and_gradients, jit_compile=True)
            if jit_compile
            else self._loss_and_gradients
        )
        with strategy.scope():
            self.step = tf.Variable(
                0,
                dtype=tf.int64,
                trainable=False,
                aggregation=tf.VariableAggregation.ONLY_FIRST_REPLICA,
            )
            optimizer.build(model.trainable_variables)

    @tf.function
    def train(
        self, batches: Iterator, steps: tf.Tensor
    ) -> tuple[tf.Tensor, tf.Tensor]:
        """Runs `steps` steps without returning to Python.

        Args:
            batches: iterator over distributed `(images, labels)`; images are
                [batch, height, width, 3] in 0..255.
            steps: int32 scalar, at least 1.

        Returns:
            Mean loss and mean share of active triplets, float32 scalars.
        """
        totals = tf.zeros([2])
        for _ in tf.range(steps):
            images, labels = next(batches)
            values = self.strategy.run(self._replica_step, (images, labels))
            # Every replica evaluated the same global loss: take any.
            totals += self.strategy.experimental_local_results(values)[0]
            self.step.assign_add(1)
        means = totals / tf.cast(steps, tf.float32)
        return means[0], means[1]

    def _replica_step(self, images: tf.Tensor, labels: tf.Tensor) -> tf.Tensor:
        seed = tf.stack([self._seed, tf.cast(self.step, tf.int32)])
        values, gradients = self._differentiate(images, labels, seed)
        self._apply(gradients, tf.distribute.get_replica_context())
        return values

    def _loss_and_gradients(
        self, images: tf.Tensor, labels: tf.Tensor, seed: tf.Tensor
    ) -> tuple[tf.Tensor, list[tf.Tensor]]:
        context = tf.distribute.get_replica_context()
        labels = _gather(tf.cast(labels, tf.float32), context)
        with tf.GradientTape() as tape:
            relaxed = self.model(images, training=True)
            codes = _gather(relaxed, context)
            codes = tf.ensure_shape(codes, [self._batch_size, None])
            loss, statistics = self._loss(codes, labels, seed=seed)
            scaled_loss = self.optimizer.scale_loss(loss)
        variables = [v.value for v in self.model.trainable_variables]
        gradients = tape.gradient(scaled_loss, variables)
        return tf.stack([loss, statistics["active_share"]]), gradients

    def _apply(
        self, gradients: list[tf.Tensor], context: tf.distribute.ReplicaContext
    ) -> None:
        variables = self.model.trainable_variables
        if context.num_replicas_in_sync > 1:
            gradients = context.all_reduce(
                tf.distribute.ReduceOp.SUM, gradients
            )
        # A loss-scaling optimiser divides by this scale again.
        scale = self.optimizer.scale_loss(tf.ones([]))
        if self._l2:
            gradients = [
                gradient
                if variable.name in UNDECAYED
                else gradient + scale * self._l2 * variable.value
                for gradient, variable in zip(gradients, variables, strict=True)
            ]
        if self._clip_norm:
            gradients, _ = tf.clip_by_global_norm(
                gradients, self._clip_norm * scale
            )
        # Keras sums over replicas once more.
        replicas = context.num_replicas_in_sync
        self.optimizer.apply([g / replicas for g in gradients], variables)


def _gather(
    values: tf.Tensor, context: tf.distribute.ReplicaContext
) -> tf.Tensor:
    """Rows of all replicas, in the order of the global batch.

    Gradients flow into this replica's own rows only. A sum of padded rows,
    since `all_gather` fails between workers without a GPU.
    """
    if context.num_replicas_in_sync == 1:
        return values
    rows = tf.shape(values)[0]
    before = context.replica_id_in_sync_group * rows
    after = (context.num_replicas_in_sync - 1) * rows - before
    others = [[0, 0]] * (values.shape.rank - 1)
    own = tf.pad(values, [[before, after], *others])
    everyone = context.all_reduce(tf.distribute.ReduceOp.SUM, own)
    return tf.stop_gradient(everyone - own) + own
