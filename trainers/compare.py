"""Compares finished runs on one page: `python -m trainers.compare --help`."""

import sys
from collections.abc import Sequence
from pathlib import Path

from absl import flags

from tf_dnnh import commands
from tf_dnnh.stopping import StopRequests

SUMMARY = """\
Writes one page that shows finished runs side by side. For example:

  python -m trainers.compare runs/digits-12b-0 runs/digits-48b-0

"""


def define_flags() -> flags.FlagValues:
    """Defines the flags."""
    values = flags.FlagValues()
    text = "page to write (default: comparison.html)"
    flags.DEFINE_string("output", "comparison.html", text, values)
    flags.DEFINE_boolean("debug", False, "show tracebacks", values)
    return values


def main(argv: Sequence[str] = sys.argv) -> int:
    """Parses the command line, writes the page, returns the exit status."""
    runs: list[str] = []

    def resolve(values: flags.FlagValues) -> Path:
        if len(runs) < 2:
            raise commands.WrongCommandError(
                "Give the folders of at least two finished runs. Received: "
                f"{' '.join(runs) or 'none'}"
            )
        output = Path(values.output)
        commands.prepare_folder(output.absolute().parent, "output")
        return output

    def body(output: Path, stop: StopRequests) -> None:
        del stop  # The page is written as a whole.
        # Imported here, once the flags are valid: TensorFlow takes seconds.
        commands.import_tensorflow()
        from trainers.report.side_by_side import write_comparison

        print(f"Comparison: {write_comparison(output, list(map(Path, runs)))}")

    return commands.run(argv, define_flags(), SUMMARY, resolve, body, runs)


if __name__ == "__main__":
    sys.exit(main())
