"""Flags, help texts, error sentences and exit statuses of all commands."""

import contextlib
import os
import re
import sys
import tempfile
import textwrap
import traceback
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

from absl import flags

from tf_dnnh.errors import UserError
from tf_dnnh.fields import Field
from tf_dnnh.stopping import Stopped, StopRequests

DONE, FAILED, WRONG_COMMAND = 0, 1, 2

Settings = TypeVar("Settings")


class _OnOffParser(flags.BooleanParser):
    """Accepts `on` and `off` as well as `true` and `false`."""

    def parse(self, argument: str | bool | int) -> bool:
        words = {"on": True, "off": False}
        return super().parse(words.get(str(argument).lower(), argument))


def define_field(
    field: Field, values: flags.FlagValues, default: str = ""
) -> None:
    """Defines the flag of a configuration's field; its default is None.

    Args:
        field: gives name, type, choices and help.
        values: receives the flag.
        default: the default in words, for the help.
    """
    name, kinds = field.name, field.allowed
    text = field.description.rstrip(".")
    if default:
        text += f" (default: {default})"
    if bool in kinds:
        flag = flags.BooleanFlag(name, None, text)
        flag.parser = _OnOffParser()
        flags.DEFINE_flag(flag, values)
    elif float in kinds:
        flags.DEFINE_float(name, None, text, flag_values=values)
    elif int in kinds:
        flags.DEFINE_integer(name, None, text, flag_values=values)
    else:
        if str not in kinds:
            text = f"{' | '.join(map(str, kinds))}: {text}"
        flags.DEFINE_string(name, None, text, flag_values=values)


def help_text(summary: str, values: flags.FlagValues) -> str:
    """Returns the help: every flag in the order of definition, 79 columns."""
    names = list(values)
    width = max(map(len, names))
    return summary + "".join(
        textwrap.fill(
            " ".join(values[name].help.split()),
            79,
            initial_indent=f"  --{name:<{width}}  ",
            subsequent_indent=" " * (width + 6),
        )
        + "\n"
        for name in names
    )


def parse(
    argv: Sequence[str],
    values: flags.FlagValues,
    summary: str,
    positional: list[str] | None = None,
) -> int | None:
    """Parses `argv` into `values`.

    Args:
        argv: program name and arguments.
        values: receives the flags.
        summary: the first lines of the help.
        positional: receives the arguments that are not flags; None if there
            may be none.

    Returns:
        The exit status if the command ends here, after the help or an error;
        None if it continues.
    """
    if {"-h", "--help", "--helpfull"} & set(argv[1:]):
        print(help_text(summary, values), end="")
        return DONE
    try:
        rest = values(argv)[1:]
    except flags.Error as error:
        return complain(str(error), WRONG_COMMAND)
    if positional is not None:
        positional += rest
    elif rest:
        return complain(
            f"Takes flags only, see --help. Received: {rest[0]}", WRONG_COMMAND
        )
    return None


@contextlib.contextmanager
def quiet_start() -> Iterator[None]:
    """Silences TensorFlow's start-up messages, which no setting turns off.

    Everything that the body writes to standard error, from C++ too, is
    dropped; it is shown if the body raises.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    sys.stderr.flush()
    kept = os.dup(2)
    with tempfile.TemporaryFile() as sink:
        os.dup2(sink.fileno(), 2)
        try:
            yield
        except Exception:  # A signal that stops the command needs no details.
            sink.seek(0)
            os.write(kept, sink.read())
            raise
        finally:
            sys.stderr.flush()
            os.dup2(kept, 2)
            os.close(kept)


def complain(message: str, status: int, details: str = "") -> int:
    """Prints one sentence to standard error and returns `status`.

    Lines of `details`, such as the folders expected, follow below it.
    """
    print(f"error: {' '.join(message.split())}", file=sys.stderr)
    if details:
        print(details, file=sys.stderr)
    return status


def run(
    argv: Sequence[str],
    values: flags.FlagValues,
    summary: str,
    resolve: Callable[[flags.FlagValues], Settings],
    body: Callable[[Settings, StopRequests], None],
    positional: list[str] | None = None,
) -> int:
    """Runs a command that can be stopped by a signal.

    Args:
        argv: program name and arguments.
        values: the command's flags, `debug` among them.
        summary: the first lines of the help.
        resolve: turns parsed flags into settings, or raises `UserError`.
        body: does the work.
        positional: receives the arguments that are not flags, before
            `resolve` is called; None if there may be none.

    Returns:
        The exit status: 0 done, 1 the work failed, 2 the command was wrong,
        128 plus the signal's number if a signal stopped it.
    """
    status = parse(argv, values, summary, positional)
    if status is not None:
        return status
    stop = StopRequests()
    with stop.installed():
        return guarded(lambda: body(resolve(values), stop), values.debug)


def guarded(body: Callable[[], None], debug: bool) -> int:
    """Runs a command's body and turns its errors into one sentence.

    Args:
        body: does the work.
        debug: whether to print the traceback of an error, too.

    Returns:
        The exit status, as for `run`.
    """
    try:
        body()
        return DONE
    except Stopped as stopped:
        print(stopped, file=sys.stderr)
        return stopped.status
    except Exception as error:
        if debug:
            traceback.print_exc()
        if isinstance(error, UserError):
            return complain(str(error), error.status, error.details)
        return complain(_describe(error), FAILED)


class WrongCommandError(UserError):
    """The command cannot be carried out as it was given."""

    status = WRONG_COMMAND


def prepare_folder(folder: Path, flag: str) -> None:
    """Creates an output folder before the work starts.

    Args:
        folder: the folder, which may exist.
        flag: name of the flag that gives it.

    Raises:
        WrongCommandError: it cannot be written to.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise WrongCommandError(
            f"`--{flag}` {folder} cannot be written to ({error.strerror}); "
            "choose another one."
        ) from error


def import_tensorflow() -> None:
    """Imports TensorFlow without its start-up messages.

    Raises:
        WrongCommandError: Keras was told to use another backend.
    """
    backend = os.environ.setdefault("KERAS_BACKEND", "tensorflow")
    if backend != "tensorflow":
        raise WrongCommandError(
            "This command runs on TensorFlow only: unset the environment "
            f"variable KERAS_BACKEND. Received: KERAS_BACKEND={backend}"
        )
    with quiet_start():
        import tensorflow  # noqa: F401


def _describe(error: Exception) -> str:
    """Returns one sentence for an unexpected error."""
    again = "run the same command again; files written so far are complete"
    if isinstance(error, OSError) and error.strerror:
        where = f" ({error.filename})" if error.filename else ""
        return f"{error.strerror}{where}: solve this, then {again}."
    first = (str(error).strip() or "no message").splitlines()[0]
    # TensorFlow names the operation before and after the message.
    first = re.sub(r"\{\{.*?\}\} | \[Op:.*?\]", "", first)
    if "No space left on device" in first:
        return f"{first}: free some space, then {again}."
    return f"{type(error).__name__}: {first} (--debug shows where)"
