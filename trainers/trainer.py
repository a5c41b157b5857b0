"""The training step: one replica's share, and the loop that runs on devices.

The step is the same for any number of devices. Every replica computes codes for
its own images, gathers the codes and labels of all replicas, and evaluates the
loss over the *global* batch: the triplets are independent of the number of
replicas. Gradients flow into a replica's own codes only; their sum over
replicas is the gradient of the global loss.
"""

from collections.abc import Iterator

import keras
import tensorflow as tf

from tf_dnnh.models import HashingModel
from trainers.config import ConfigError
from trainers.losses import Loss, Metrics


class Trainer:
    """Trains a hashing model under a distribution strategy.

    Args:
        model: the network, created in the strategy's scope.
        optimizer: a Keras optimiser, created in the strategy's scope.
        strategy: the devices.
        loss: function of codes, labels and seed, see `trainers.losses`.
        seed: first half of the seed that the loss receives; the second half
            is the number of the step.
        jit_compile: compile the forward and backward pass with XLA; for one
            replica only, since its collectives cannot be compiled here.

    Attributes:
        step: number of finished steps, a `tf.Variable`.

    Raises:
        ConfigError: if `jit_compile` is set for several replicas.
    """

    def __init__(
        self,
        model: HashingModel,
        optimizer: keras.optimizers.Optimizer,
        strategy: tf.distribute.Strategy,
        loss: Loss,
        *,
        seed: int = 0,
        jit_compile: bool = False,
    ) -> None:
        replicas = strategy.num_replicas_in_sync
        if jit_compile and replicas > 1:
            raise ConfigError(
                "`jit_compile` works on one replica; turn it off or use "
                f"--strategy=one_device. Received: replicas={replicas}"
            )
        self.model = model
        self.optimizer = optimizer
        self._strategy = strategy
        self._loss = loss
        self._seed = seed
        self._differentiate = (
            tf.function(self._metrics_and_gradients, jit_compile=True)
            if jit_compile
            else self._metrics_and_gradients
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
    def train(self, batches: Iterator, steps: tf.Tensor) -> Metrics:
        """Runs `steps` steps without returning to Python.

        Args:
            batches: iterator over distributed `(inputs, labels)`; inputs are
                images, [batch, height, width, 3] in 0..255, or the outputs
                of a frozen part.
            steps: int32 scalar, at least 1.

        Returns:
            Means over the steps, float32 scalars: `loss` and the loss's own
            metrics.
        """
        totals = self._step(batches)
        for _ in tf.range(steps - 1):
            totals = tf.nest.map_structure(tf.add, totals, self._step(batches))
        count = tf.cast(steps, tf.float32)
        return {name: total / count for name, total in totals.items()}

    @tf.function
    def _step(self, batches: Iterator) -> Metrics:
        values = self._strategy.run(self._replica_step, next(batches))
        self.step.assign_add(1)
        # Every replica evaluated the same global loss: take any.
        return {
            name: self._strategy.experimental_local_results(value)[0]
            for name, value in values.items()
        }

    def _replica_step(self, images: tf.Tensor, labels: tf.Tensor) -> Metrics:
        seed = tf.stack([self._seed, tf.cast(self.step, tf.int32)])
        metrics, gradients = self._differentiate(images, labels, seed)
        # Keras sums the gradients over all replicas.
        self.optimizer.apply(gradients, self.model.trainable_variables)
        return metrics

    def _metrics_and_gradients(
        self, images: tf.Tensor, labels: tf.Tensor, seed: tf.Tensor
    ) -> tuple[Metrics, list[tf.Tensor]]:
        context = tf.distribute.get_replica_context()
        labels = _gather(tf.cast(labels, tf.float32), context)
        with tf.GradientTape() as tape:
            codes = _gather(self.model(images, training=True), context)
            loss, metrics = self._loss(codes, labels, seed)
            scaled_loss = self.optimizer.scale_loss(loss)
        variables = [v.value for v in self.model.trainable_variables]
        return {"loss": loss, **metrics}, tape.gradient(scaled_loss, variables)


def _gather(
    values: tf.Tensor, context: tf.distribute.ReplicaContext
) -> tf.Tensor:
    """Returns the rows of all replicas, in the order of the global batch.

    Gradients flow into this replica's own rows only. The rows are padded and
    summed, since `all_gather` fails between workers without a GPU.
    """
    replicas = context.num_replicas_in_sync
    if replicas == 1:
        return values
    rows = tf.shape(values)[0]
    before = context.replica_id_in_sync_group * rows
    after = (replicas - 1) * rows - before
    others = [[0, 0]] * (values.shape.rank - 1)
    own = tf.pad(values, [[before, after], *others])
    everyone = context.all_reduce(tf.distribute.ReduceOp.SUM, own)
    gathered = tf.stop_gradient(everyone - own) + own
    if values.shape[0] is not None:
        gathered.set_shape([replicas * values.shape[0], *values.shape[1:]])
    return gathered
