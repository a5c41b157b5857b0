"""What the processes of a cluster agree on, and how a lost one is named.

A cluster has one process per worker. All run the same steps; the chief alone
writes the files of the run.
"""

import contextlib
import re
from collections.abc import Callable, Iterator

import tensorflow as tf

from tf_dnnh.errors import UserError

# What a collective operation raises once a worker does not answer.
_LOST = (
    tf.errors.AbortedError,
    tf.errors.CancelledError,
    tf.errors.DeadlineExceededError,
    tf.errors.FailedPreconditionError,
    tf.errors.InternalError,
    tf.errors.UnavailableError,
)


class LostWorkerError(UserError, RuntimeError):
    """Another worker of the cluster does not answer."""


def agreement(strategy: tf.distribute.Strategy) -> Callable[[bool], bool]:
    """Returns a function that tells whether any process was asked to stop.

    All processes must call it at the same step. A step needs them all, so they
    can stop only together.
    """
    if strategy.cluster_resolver is None:
        return bool

    @tf.function
    def total(own: tf.Tensor) -> tf.Tensor:
        def reduce() -> tf.Tensor:
            context = tf.distribute.get_replica_context()
            # Copied to the device of the replica.
            mine = tf.identity(own)
            return context.all_reduce(tf.distribute.ReduceOp.SUM, mine)

        return strategy.run(reduce)

    def agree(own: bool) -> bool:
        values = total(tf.constant(float(own)))
        return float(strategy.experimental_local_results(values)[0]) > 0

    return agree


@contextlib.contextmanager
def naming_lost_workers(strategy: tf.distribute.Strategy) -> Iterator[None]:
    """Turns the error of a lost worker into one sentence with its name.

    Raises:
        LostWorkerError: if a collective operation of the body failed.
    """
    try:
        yield
    except _LOST as error:
        resolver = strategy.cluster_resolver
        if resolver is None:
            raise
        raise LostWorkerError(
            f"Lost {_lost(str(error), resolver)}: it ended or does not answer. "
            "See its log, end what is left of the cluster, and run the same "
            "command on all workers again; training resumes from the last "
            "checkpoint."
        ) from error


def _lost(
    message: str, resolver: tf.distribute.cluster_resolver.ClusterResolver
) -> str:
    """Names the other workers that an error mentions, with their hosts."""
    own = (resolver.task_type, resolver.task_id)
    spec = resolver.cluster_spec()
    found = re.findall(r"/job:(\w+)/replica:\d+/task:(\d+)", message)
    others = {(job, int(index)) for job, index in found} - {own}
    named = [
        f"{job} {index} ({spec.task_address(job, index)})"
        for job, index in sorted(others)
        if job in spec.jobs and index in spec.task_indices(job)
    ]
    return " or ".join(named) or "a worker"
