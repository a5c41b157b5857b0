"""Runs a shard encoder in several processes: of this machine, or with Ray."""

import concurrent.futures
import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator, Sequence
from typing import Any, cast

from tf_dnnh.encode.encode_error import EncodeError
from tf_dnnh.encode.shard_encoder import ShardEncoder
from tf_dnnh.encode.sources import Shard

# The encoder of a worker process.
_worker: list[ShardEncoder] = []

Arguments = tuple[str, str, bool]


def in_processes(
    arguments: Arguments, shards: Sequence[Shard], workers: int
) -> Iterator[dict[str, int]]:
    """Encodes shards in processes of the standard library.

    Args:
        arguments: model, output and relaxed, of `ShardEncoder`.
        shards: what to encode.
        workers: number of processes.

    Yields:
        The result of each shard, in any order.
    """
    threads = max(1, (os.cpu_count() or 1) // workers)
    # TensorFlow does not survive a fork.
    context = multiprocessing.get_context("spawn")
    pool = concurrent.futures.ProcessPoolExecutor(
        workers, context, _start, (*arguments, threads)
    )
    try:
        pending = [pool.submit(_encode, shard) for shard in shards]
        for done in concurrent.futures.as_completed(pending):
            yield done.result()
    finally:
        processes = list((pool._processes or {}).values())
        pool.shutdown(wait=False, cancel_futures=True)
        for process in processes:
            # A shard takes minutes; what it has written is complete.
            process.terminate()


def _start(model: str, output: str, relaxed: bool, threads: int) -> None:
    # Control-C reaches all processes; the first one ends the others.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _worker.append(ShardEncoder(model, output, relaxed, threads))


def _end_with_parent() -> None:
    """Ends this process when the first one is killed."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _encode(shard: Shard) -> dict[str, int]:
    return _worker[0](shard)


def with_ray(
    arguments: Arguments,
    shards: Sequence[Shard],
    workers: int,
    address: str | None,
) -> Iterator[dict[str, int]]:
    """Encodes shards with Ray Data, one model per worker.

    Args:
        arguments: model, output and relaxed, of `ShardEncoder`; in a cluster,
            every machine must have these paths and the images.
        shards: what to encode.
        workers: number of workers.
        address: of a cluster; None starts Ray on this machine.

    Yields:
        The result of each shard, in any order.

    Raises:
        EncodeError: Ray is not installed, or there is no cluster.
    """
    try:
        import ray
    except ImportError as error:
        raise EncodeError(
            "Ray is not installed: run `pip install 'tf_dnnh[ray]'`, or leave "
            "out --engine=ray."
        ) from error
    try:
        # Without an address Ray would join a cluster that it finds.
        ray.init(
            address or "local",
            ignore_reinit_error=True,
            log_to_driver=False,
            include_dashboard=None if address else False,
        )
    except ConnectionError as error:
        raise EncodeError(
            f"There is no Ray cluster at {address}: start one with `ray "
            "start --head`, or leave out --address."
        ) from error
    ray.data.DataContext.get_current().enable_progress_bars = False
    encoded = ray.data.from_items(
        [{"shard": shard} for shard in shards],
        override_num_blocks=len(shards),
    ).map(
        cast(Any, _RayWorker),
        fn_constructor_args=arguments,
        compute=ray.data.ActorPoolStrategy(size=workers),
        num_cpus=1,
    )
    try:
        yield from encoded.iter_rows()
    finally:
        ray.shutdown()


class _RayWorker:
    """Encodes the shard in a row of a Ray data set."""

    def __init__(self, model: str, output: str, relaxed: bool) -> None:
        self._encode = ShardEncoder(model, output, relaxed)

    def __call__(self, row: dict) -> dict[str, int]:
        return self._encode(row["shard"])
