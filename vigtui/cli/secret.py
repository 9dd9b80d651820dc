"""A passphrase: from the file that $VIGTUI_PASSPHRASE_FILE names, else asked on the terminal; never from the command line."""

import getpass
import os
import sys
from pathlib import Path

from vigtui.cli import output
from vigtui.domain.errors import NotSensible, VigError

VARIABLE = "VIGTUI_PASSPHRASE_FILE"
_LONGEST = 4096


class NoPassphrase(VigError):
    """There is nobody to ask for the passphrase, and no file has it."""

    summary = "A passphrase is needed."
    remedy = f"Nothing was done. Run it in a terminal, or name a file that holds the passphrase with ${VARIABLE}."


def passphrase(what: str, *, new: bool) -> str:
    """The passphrase of something; a new one is asked for twice.

    Raises:
        NoPassphrase: it cannot be had.
        NotSensible: it is empty, or was typed differently the second time.
    """
    named = os.environ.get(VARIABLE)
    words = _from_file(Path(named)) if named else _asked(what, new=new)
    if not words.strip():
        raise NotSensible("The passphrase is empty.", "Nothing was done. Choose one of several words.")
    return words


def _from_file(file: Path) -> str:
    """The first line of the file."""
    try:
        with file.open("rb") as stream:
            line = stream.readline(_LONGEST)
        return line.rstrip(b"\r\n").decode()
    except (OSError, ValueError) as fault:
        raise NoPassphrase(f"The file that ${VARIABLE} names cannot be read.") from fault


def _asked(what: str, *, new: bool) -> str:
    if not (output.is_terminal(sys.stdin) and output.is_terminal(sys.stderr)):
        raise NoPassphrase
    words = getpass.getpass(f"Passphrase for {what}: ", stream=sys.stderr)
    if new and getpass.getpass("The same once more: ", stream=sys.stderr) != words:
        raise NotSensible("The two passphrases differ.", "Nothing was done. Try again.")
    return words
