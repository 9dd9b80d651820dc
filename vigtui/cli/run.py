"""Runs one command: reads the words, finds the function, turns refusals into sentences and exit codes."""

import gc
import os
import sys
from argparse import Namespace
from collections.abc import Callable, Sequence
from functools import partial
from importlib import import_module
from types import TracebackType

from vigtui.cli import output
from vigtui.cli.parser import build_parser
from vigtui.domain.errors import VigError

Command = Callable[[Namespace], int]


def run(argv: Sequence[str] | None) -> int:
    """Run a command; the exit code. See `vigtui.cli.main`."""
    # What is made at start stays; looking through it again and again costs a tenth of the time. The app changes it, once it stands.
    gc.set_threshold(500_000)
    output.never_fail_to_encode()
    try:
        options = build_parser().parse_args(argv)
    except SystemExit as done:  # after --help, --version and wrong usage
        return done.code if isinstance(done.code, int) else 2
    sys.excepthook = partial(_tell_fault, options)
    try:
        code = command_of(options)(options)
        sys.stdout.flush()
    except VigError as error:
        output.tell_error(error)
        if getattr(options, "json", False):
            output.print_json({"error": output.error_document(error)})
        return 1
    except BrokenPipeError:
        # Whoever read the result has had enough of it. What is left must not fail once more when Python ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except KeyboardInterrupt:
        output.tell("Stopped. What was saved is safe.")
        return 130
    return code


def _tell_fault(
    options: Namespace, kind: type[BaseException], fault: BaseException, traceback: TracebackType | None
) -> None:
    """In the place of what Python prints where a fault of ours ends the program: that may hold words of a case."""
    from vigtui import crash, locations

    words = crash.message(fault, crash.write_report(options.library or locations.library_dir(), fault))
    output.tell(words)
    if getattr(options, "json", False):
        output.print_json({"error": {"summary": "vigtui had to stop.", "remedy": words}})


def command_of(options: Namespace) -> Command:
    """The function of a command, its module imported only now: each pays for what it uses."""
    module, name = options.command.split(":")
    command: Command = getattr(import_module(f"vigtui.cli.{module}"), name)
    return command
