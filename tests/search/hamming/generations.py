"""A process that changes and saves an index for ever, until it is killed."""

import multiprocessing
import multiprocessing.connection
import pathlib
import time

import numpy as np

from tests.search.hamming.tied_codes import tied_codes
from tf_dnnh.search import HammingIndex

COUNT = 2000
# Code i has id i; generation g of the index holds the COUNT ids from g on.
CODES = tied_codes(np.random.default_rng(0), COUNT + 100_000, 48)


def write_generations(
    path: pathlib.Path, reports: multiprocessing.connection.Connection
) -> None:
    """Saves one generation after another, and reports each afterwards."""
    index = HammingIndex.load(path)
    start = int(index.ids[0])
    reports.send(start)
    while True:
        index.remove([start])
        index.add(CODES[[start + COUNT]], [start + COUNT])
        start += 1
        index.save(path)
        reports.send(start)


def write_and_kill(path: pathlib.Path, seconds: float) -> int:
    """Kills a writer some time after its start.

    Returns:
        The last generation that it reported.
    """
    # The server has imported this module, so that processes start quickly.
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    reader, writer = context.Pipe(duplex=False)
    process = context.Process(target=write_generations, args=(path, writer))
    process.start()
    writer.close()
    generation = reader.recv()
    time.sleep(seconds)
    process.kill()
    process.join()
    while True:
        try:
            generation = reader.recv()
        except EOFError:
            return generation
