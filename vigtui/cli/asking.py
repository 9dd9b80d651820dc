"""Asking for a passphrase: from the file that $VIGTUI_PASSPHRASE_FILE names, else on the terminal; never from the command line."""

import getpass
import os
import sys
from pathlib import Path

from vigtui.cli import output
from vigtui.domain.errors import NotSensible, PassphraseNeeded

VARIABLE = "VIGTUI_PASSPHRASE_FILE"
_LONGEST = 4096
"""Bytes of a passphrase."""
NEW_VARIABLE = "VIGTUI_NEW_PASSPHRASE_FILE"


def passphrase_for(folder: Path) -> str | None:
    """What opens the library in a folder; None where it needs none. Raises PassphraseNeeded where nobody can be asked."""
    from vigtui.store.condition import is_closed

    if not is_closed(folder):
        return None
    try:
        return ask("Passphrase of the library")
    except PassphraseNeeded as needed:
        from vigtui.store import backup

        raise PassphraseNeeded(remedy=f"{needed.remedy} {backup.doubt(folder)}".rstrip()) from needed


def from_file(variable: str = VARIABLE) -> str | None:
    """The first line of the file that a variable of the environment names; None where it names none. Raises NotSensible."""
    named = os.environ.get(variable, "")
    if not named:
        return None
    try:
        with Path(os.path.expanduser(named)).open("rb") as file:  # noqa: PTH111 - Path's own raises for an unknown ~name
            return file.readline(_LONGEST).decode().rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as fault:
        raise NotSensible(f"The file that ${variable} names cannot be read.", "Nothing was changed.") from fault


def ask(what: str, variable: str = VARIABLE) -> str:
    """A passphrase: from its file, else typed on the terminal without being shown.

    Raises:
        PassphraseNeeded: there is neither.
    """
    found = from_file(variable)
    if found is not None:
        return found
    if not output.is_terminal(sys.stdin):
        raise PassphraseNeeded
    return getpass.getpass(f"{what}: ", stream=sys.stderr)


def ask_new() -> str:
    """A new passphrase: from its file, else typed twice. Raises NotSensible where the two differ."""
    found = from_file(NEW_VARIABLE)
    if found is not None:
        return found
    first = ask("New passphrase", NEW_VARIABLE)
    if ask("The same once more", NEW_VARIABLE) != first:
        raise NotSensible("The two are not the same.", "Nothing was changed. Try again.")
    return first


def passphrase(what: str, *, new: bool) -> str:
    """The passphrase of something beside the library; a new one is typed twice.

    Raises:
        PassphraseNeeded: it cannot be had.
        NotSensible: it is empty, or was typed differently the second time.
    """
    try:
        words = ask(f"Passphrase for {what}")
    except PassphraseNeeded as needed:
        raise PassphraseNeeded(f"A passphrase for {what} is needed.") from needed
    if new and from_file() is None and ask("The same once more") != words:
        raise NotSensible("The two passphrases differ.", "Nothing was done. Try again.")
    if not words.strip():
        raise NotSensible("The passphrase is empty.", "Nothing was done. Choose one of several words.")
    return words


def is_agreed(question: str) -> bool:
    """Whether a person on the terminal says yes. Raises NotSensible where there is none."""
    if not output.is_terminal(sys.stdin):
        raise NotSensible("Nobody is there to be asked.", "Nothing was changed. Say --yes to go on without a question.")
    output.tell(question)
    return sys.stdin.readline().strip().casefold() in ("y", "yes")
