"""`vigtui connect`: on a laptop, with vigtui and the library on a server."""

import gc
import re
import shutil
import sys
from argparse import Namespace
from pathlib import Path

from vigtui import locations, wiring
from vigtui.cli import output, surroundings
from vigtui.domain.errors import VigError
from vigtui.laptop.plain_way import plain_way
from vigtui.player.display import has_display

OLDEST_MPV = (0, 33)
"""The first mpv that can be given the sockets we hold it by."""


class NotFromHereError(VigError):
    """This laptop lacks something."""

    summary = "vigtui connect does not work from here."
    remedy = "Nothing was changed."


def connect(options: Namespace) -> int:
    """Run vigtui on HOST, with the films on this laptop."""
    host: str = options.host
    if not host or host.startswith("-"):
        raise NotFromHereError("That is no server.", "Write `vigtui connect [USER@]HOST`, as with ssh.")
    plain = plain_way(host, options.ssh_words)
    chosen = wiring.settings()
    _see_that_mpv_is_there(chosen.mpv, plain)
    if shutil.which("ssh") is None:
        raise NotFromHereError("ssh is not installed on this laptop.", "Install the package openssh-client.")
    # The far screens are drawn on this terminal, and keys are read from it.
    if not (output.is_terminal(sys.stdin) and output.is_terminal(sys.stdout)):
        raise NotFromHereError("vigtui connect needs a terminal.", "Nothing was opened. Start it in a terminal window.")
    if not (chosen.video_output or has_display()):
        words = "There is no display here on which a window with the film could open."
        raise NotFromHereError(words, f"Start it in a terminal window of a desktop. {plain}")
    import asyncio

    from vigtui.laptop.connect import Wanted
    from vigtui.laptop.connect import connect as run

    library: Path | None = options.library
    wanted = Wanted(
        host=host,
        words=tuple(options.ssh_words),
        program=options.vigtui,
        library=str(library) if library else "",
        mpv=chosen.mpv,
        video_output=chosen.video_output or None,
        audio_output=chosen.audio_output or None,
        say=output.tell,
    )
    gc.set_threshold(700, 10, 10)  # as Python has it: this goes on for hours
    try:
        return asyncio.run(run(wanted, locations.runtime_dir()))
    except asyncio.CancelledError:  # by a signal; all is tidied up
        return 1


def _see_that_mpv_is_there(mpv: str, plain: str) -> None:
    """Look before anything is asked of the server.

    Raises:
        NotFromHereError: mpv is missing or too old; the plain way is named.
    """
    said = surroundings.first_line([mpv, "--no-config", "--version"])
    if said is None:
        install = "Install it here (Debian and Ubuntu: sudo apt install mpv; macOS: brew install mpv)."
        raise NotFromHereError("mpv, which shows the films, is not installed on this laptop.", f"{install} {plain}")
    found = re.search(r"(\d+)\.(\d+)", said)
    if found and (int(found[1]), int(found[2])) < OLDEST_MPV:
        raise NotFromHereError(f"The mpv on this laptop is too old ({found[0]}).", f"0.33 is needed. {plain}")
