"""`python -m tf_dnnh.search serve`."""

import functools
from collections.abc import Sequence

from absl import flags

from tf_dnnh import commands
from tf_dnnh.search.commands import common
from tf_dnnh.search.server.limits import Limits
from tf_dnnh.stopping import StopRequests

SUMMARY = """\
Opens a web page on this computer to search in an index, or in the pictures of a
run. For example:

  python -m tf_dnnh.search serve --workdir=runs/digits-48b-0

"""


def define_flags() -> flags.FlagValues:
    """Defines the flags."""
    values = common.searched_flags()
    text = "address to listen on; the default is reached from here only"
    flags.DEFINE_string("host", "127.0.0.1", text, values)
    whole = functools.partial(flags.DEFINE_integer, flag_values=values)
    text = "port to listen on; 0 for any that is free"
    whole("port", 8000, text, 0, 65535)
    text = "the most bytes of an uploaded picture"
    whole("upload_bytes", Limits.upload_bytes, text, 1)
    text = "the most pixels of an uploaded picture"
    whole("pixels", Limits.pixels, text, 1, Limits.pixels)
    text = "the most results of one search"
    whole("results", Limits.results, text, 1)
    text = "the most seconds that a request may take"
    flags.DEFINE_float("seconds", Limits.seconds, text, 0.1, None, values)
    return common.finish_flags(values, with_json=False)


def main(argv: Sequence[str]) -> int:
    """Runs the command and returns the exit status."""
    return commands.run(argv, define_flags(), SUMMARY, resolve, body)


def resolve(values: flags.FlagValues) -> flags.FlagValues:
    """Checks the flags."""
    common.require_searched(values)
    return values


def body(values: flags.FlagValues, stop: StopRequests) -> None:
    """Serves the page until a signal comes."""
    # The model is loaded in the background, and TensorFlow is not silent.
    commands.import_tensorflow()
    from tf_dnnh.search.server.serving import serve

    collection = common.open_searched(values)
    limits = Limits(
        upload_bytes=values.upload_bytes,
        pixels=values.pixels,
        results=values.results,
        seconds=values.seconds,
    )
    serve(collection, values.host, values.port, limits=limits)
