"""Commands that open the app: open, demo."""

import os
import shlex
import shutil
import sys
import tempfile
from argparse import Namespace
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from vigtui import terminal_answers, wiring
from vigtui.cli import output, surroundings
from vigtui.cli.shelf import folder_of
from vigtui.domain.errors import LibraryDamaged, LibraryError, VigError
from vigtui.services.demo import PLAYS, Clock, Wanted, make_demo

if TYPE_CHECKING:
    from vigtui.media.puppet import PuppetPlay
    from vigtui.services.ports import Library


class NoTerminalError(VigError):
    """The app was asked for where nobody could see it."""

    summary = "The app needs a terminal."
    remedy = "Nothing was opened. Start vigtui in a terminal window; `vigtui --help` lists what works without one."


def open_app(options: Namespace) -> int:
    """`vigtui` and `vigtui open`: the app, until somebody leaves it."""
    return open_library_at(folder_of(options))


def open_library_at(folder: Path, *, visit: str = "", is_first: bool = False) -> int:
    """The app on a library, until somebody leaves it.

    Args:
        folder: the library.
        visit: the name of the laptop's visit, by which it comes back where its line broke; empty at the server itself.
        is_first: somebody may see vigtui for the first time, as with a new library: it says which programs are missing.
    """
    # The screens are drawn on standard error, and keys are read from standard input.
    if not (output.is_terminal(sys.stdin) and output.is_terminal(sys.stderr)):
        raise NoTerminalError
    from vigtui.store.condition import is_there

    is_new = not is_there(folder)
    library = _through_the_door(folder)
    if library is None:
        return 0
    try:
        from vigtui.widgets.words import has_unicode

        answers = terminal_answers.ask()
        if not (answers.unicode and has_unicode()):
            terminal_answers.keep_to_ascii()
        # Where a laptop plays the films, they need nothing here.
        missing = surroundings.missing(wiring.settings().mpv) if (is_new or is_first) and not visit else ()
        # Of an answer to a key Textual draws the first part at once, and the next with its next frame: 8 ms later, not 17.
        os.environ.setdefault("TEXTUAL_FPS", "120")
        app = wiring.build_app(library, answers=answers, visit=visit, is_new=is_new, missing=missing)
        app.run(mouse=not terminal_answers.in_screen())
        return app.return_code or 0
    finally:
        library.close()


def _through_the_door(folder: Path) -> "Library | None":
    """The open library; None where somebody left instead of typing its passphrase.

    Raises:
        LibraryError: it cannot be opened; where it is damaged, with the newest sound backup.
    """
    from vigtui.cli import asking
    from vigtui.store.condition import is_closed

    passphrase = asking.from_file()
    try:
        if not is_closed(folder) or passphrase is not None:
            return wiring.open_library(folder, passphrase=passphrase)
        found = wiring.build_door(folder).run(mouse=not terminal_answers.in_screen())
        if isinstance(found, VigError):
            raise found
        return found
    except LibraryDamaged as damaged:
        from vigtui.store import backup

        sound = (one for one in backup.backups(folder) if one.encrypted or backup.check(one.file, None) == "ok")
        newest = next(sound, None)
        if newest is None:
            raise
        when = f"{newest.made_at.astimezone():%Y-%m-%d %H:%M}"
        remedy = (
            f"{damaged.remedy} The newest sound backup is of {when}: vigtui restore {shlex.quote(str(newest.file))}"
        )
        raise LibraryDamaged(damaged.summary, f"{remedy}.") from damaged


def demo(options: Namespace) -> int:
    """`vigtui demo`: make the fictional library in an empty folder, and open it."""
    named: Path | None = options.library
    folder = named.absolute() if named else Path(tempfile.mkdtemp(prefix="vigtui-demo-"))
    if named:
        _refuse_used(folder)
    output.tell(f"Making a fictional library in {folder} …")
    try:
        _make(folder)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)  # it was empty before, and half a demo is of no use
        raise
    if options.no_open:
        output.say(str(folder))
        return 0
    return open_library_at(folder, is_first=True)


def _refuse_used(folder: Path) -> None:
    """Make sure that nothing of anybody's is in the folder.

    Raises:
        LibraryError: there is something, or it cannot be looked at.
    """
    try:
        used = folder.exists() and (not folder.is_dir() or any(folder.iterdir()))
    except OSError as fault:
        raise LibraryError(
            f"The folder for the demo cannot be looked at: {fault.strerror}.",
            "Nothing was changed. Name another folder.",
        ) from fault
    if used:
        raise LibraryError(
            "There is something in that place already, and the demo never touches what is there.",
            "It was left as it is. Name a new or empty folder with --library, or leave --library out.",
        )


def _make(folder: Path) -> None:
    pack = wiring.pack_shelf().get("parent-child")
    with tempfile.TemporaryDirectory(prefix="vigtui-plays-") as place:
        with ThreadPoolExecutor(max_workers=len(PLAYS)) as pool:
            plays = dict(
                zip(
                    (wanted.name for wanted in PLAYS), pool.map(lambda one: _play(Path(place), one), PLAYS), strict=True
                )
            )
        from vigtui.store.database import Library as Store  # only here a library gets a clock of its own

        clock = Clock(datetime.now().astimezone())
        library = Store(folder, actor="Demo", clock=clock)
        try:
            make_demo(library, wiring.media(), pack, clock, plays)
        finally:
            library.close()


def _play(place: Path, wanted: Wanted) -> "PuppetPlay":
    from vigtui.media.puppet import make_puppet_play

    return make_puppet_play(place / wanted.name, seconds=wanted.seconds, seed=wanted.seed)
