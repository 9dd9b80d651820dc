"""The command doctor: looks whether everything vigtui needs is there and sound, and says what to do where it is not."""

import shlex
import shutil
import stat
from argparse import Namespace
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from vigtui import wiring
from vigtui.cli import asking, output, surroundings
from vigtui.cli.shelf import folder_of
from vigtui.domain.errors import LibraryDamaged, PassphraseNeeded, VigError
from vigtui.settings import Settings

LITTLE_SPACE = 2 * 1024**3
"""Bytes; less than this on the library's disk is worth a word: a film of ten minutes takes about one gigabyte."""
_MOST_FILES = 20
"""So many files with too open permissions are named; one command mends them all."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something to do something about."""

    what: str
    remedy: str
    broken: bool
    """Missing or damaged; otherwise it is advice, and the exit code stays 0."""


def doctor(options: Namespace) -> int:
    """`vigtui doctor`: works without a library, without mpv, and with a library that cannot be opened."""
    problems: list[Problem] = []
    chosen = _settings(problems)
    report: dict[str, Any] = {
        "versions": surroundings.versions(),
        "players": _players(chosen, problems),
        "media": _media(problems),
        "line": _line(problems),
        "terminal": _terminal(problems),
        "library": _library(folder_of(options), problems),
        "packs": _packs(problems),
    }
    if options.json:
        output.print_json({**report, "problems": problems})
    else:
        _print(report, problems)
    return 1 if any(problem.broken for problem in problems) else 0


def _print(report: dict[str, Any], problems: list[Problem]) -> None:
    for part, facts in report.items():
        output.say(f"{part.capitalize()}")
        for name, fact in facts.items():
            output.say(f"  {name.replace('_', ' ')}: {_fact(fact)}")
    output.say()
    if not problems:
        output.say("Everything is there and sound.")
    for problem in problems:
        output.say(f"{'Broken' if problem.broken else 'Advice'}: {output.one_line(problem.what)} {problem.remedy}")


def _fact(fact: Any) -> str:
    if isinstance(fact, dict):
        return ", ".join(f"{count} {name}" for name, count in fact.items())
    if isinstance(fact, list):
        return ", ".join(str(one) for one in fact) or "none"
    if isinstance(fact, bool):
        return "yes" if fact else "no"
    return "not found" if fact is None else output.one_line(str(fact))


def _settings(problems: list[Problem]) -> Settings:
    try:
        return wiring.settings()
    except VigError as error:
        problems.append(_problem(error))
        return Settings()


def _problem(error: VigError) -> Problem:
    return Problem(error.summary, error.remedy, broken=True)


def _players(chosen: Settings, problems: list[Problem]) -> dict[str, Any]:
    mpv = surroundings.first_line([chosen.mpv, "--no-config", "--version"])
    libmpv = surroundings.libmpv()
    if mpv is None:
        install = "Install it (Debian and Ubuntu: sudo apt install mpv; macOS: brew install mpv)."
        problems.append(Problem(f"The player {chosen.mpv} is not found.", install, broken=True))
    if libmpv is None:
        remedy = (
            "Films then play in a window only, not in the terminal. Install libmpv (Debian: sudo apt install libmpv2)."
        )
        problems.append(Problem("The library libmpv is not found.", remedy, broken=False))
    return {"mpv": mpv, "libmpv": libmpv}


def _media(problems: list[Problem]) -> dict[str, Any]:
    found = {program: surroundings.first_line([program, "-version"]) for program in ("ffmpeg", "ffprobe")}
    missing = [program for program, version in found.items() if version is None]
    if missing:
        install = "Install the package ffmpeg (Debian and Ubuntu: sudo apt install ffmpeg; macOS: brew install ffmpeg)."
        problems.append(Problem(f"Not found: {', '.join(missing)}.", install, broken=True))
    return found


def _line(problems: list[Problem]) -> dict[str, Any]:
    ssh = shutil.which("ssh")
    if ssh is None:
        remedy = "Only `vigtui connect` needs it. Install it (Debian and Ubuntu: sudo apt install openssh-client)."
        problems.append(Problem("Not found: ssh.", remedy, broken=False))
    return {"ssh": ssh}


def _terminal(problems: list[Problem]) -> dict[str, Any]:
    found = surroundings.terminal()
    if "utf" not in found["encoding"].lower():
        remedy = "Set a UTF-8 locale, for example with `export LANG=C.UTF-8`."
        problems.append(Problem(f"The terminal's encoding is {found['encoding']}.", remedy, broken=False))
    return found


def _library(folder: Path, problems: list[Problem]) -> dict[str, Any]:
    from vigtui.store import backup
    from vigtui.store.condition import condition, is_closed, is_there
    from vigtui.store.connecting import LOG_LOST

    found: dict[str, Any] = {"path": str(folder.absolute()), "there": is_there(folder)}
    if found["there"]:
        found["passphrase"] = is_closed(folder)
        try:
            state = condition(folder, asking.from_file() if found["passphrase"] else None)
        except PassphraseNeeded as closed:
            words = f"{closed.summary} So it was not looked into."
            remedy = f"To have it checked, name a file that holds the passphrase in ${asking.VARIABLE}."
            problems.append(Problem(words, remedy, broken=False))
            found["health"] = "closed by a passphrase, so not looked into"
        except VigError as error:
            problems.append(_problem(error))
            found["health"] = error.summary
        else:
            found |= {"health": state.health, "size_bytes": state.size_bytes, "counts": state.counts}
            if state.health != "ok":
                problems.append(Problem(f"The library is damaged: {state.health}.", LibraryDamaged.remedy, broken=True))
            if state.log_lost:
                what, _, remedy = LOG_LOST.partition(". ")
                problems.append(Problem(f"{what}.", remedy, broken=True))
        found["backups"] = _backups(folder, problems, opened="counts" in found)
        found["too_open"] = _permissions(folder, problems)
    else:
        try:
            backup.refuse_to_begin_anew(folder)
        except VigError as error:
            problems.append(_problem(error))
            found["health"] = error.summary
    there = next(one for one in (folder.absolute(), *folder.absolute().parents) if surroundings.is_folder(one))
    found["free_bytes"] = shutil.disk_usage(there).free
    if found["free_bytes"] < LITTLE_SPACE:
        words = f"Only {found['free_bytes'] // 1024**2} MB are free on the library's disk."
        problems.append(Problem(words, "Make room before you add a film.", broken=False))
    found["encrypted_disk"] = {True: "yes", False: "no", None: "cannot tell"}[surroundings.on_encrypted_disk(there)]
    if found["encrypted_disk"] != "yes":
        words = {"no": "The library's disk is not encrypted."}.get(found["encrypted_disk"], "")
        words = words or "Whether the library's disk is encrypted cannot be told from here."
        remedy = "Films of children belong on an encrypted disk; ask whoever looks after this computer."
        problems.append(Problem(words, remedy, broken=False))
    return found


def _backups(folder: Path, problems: list[Problem], *, opened: bool) -> list[str]:
    """Each backup: its file, when it was made, whether it is sound. Says where there is none of the last week.

    Args:
        folder: the library.
        problems: what is wrong is added to them.
        opened: whether the library could be opened; else nobody knows whether it has a passphrase or is damaged.
    """
    from vigtui.store import backup
    from vigtui.store.condition import is_closed

    try:
        found, lines, closed = backup.backups(folder), [], is_closed(folder)
    except VigError as error:
        problems.append(_problem(error))
        return []
    passphrase = asking.from_file()
    for one in found:
        state = backup.check(one.file, passphrase if one.encrypted else None)
        lines.append(f"{one.made_at:%Y-%m-%d} {one.kind} {state}")
        if state != "ok" and not state.startswith("closed"):
            words = f"The backup {one.file.name} cannot be relied on: {state}."
            problems.append(Problem(words, "Make another with `vigtui backup`, and remove this one.", broken=True))
        if not one.encrypted and closed:
            words = (
                f"The backup {one.file.name} is not encrypted, though the library {'is' if opened else 'seems to be'}."
            )
            remedy = "Opening the app encrypts it; or remove it." if opened else backup.doubt(folder)
            problems.append(Problem(words, remedy, broken=True))
    newest = max((one.made_at for one in found), default=None)
    if newest is None or datetime.now(UTC) - newest > timedelta(days=7):
        words = "There is no backup of the last seven days."
        problems.append(
            Problem(words, "The app makes one a day when it is opened; `vigtui backup` makes one now.", broken=False)
        )
    return lines


def _permissions(folder: Path, problems: list[Problem]) -> list[str]:
    """What others on this computer may look into, with the command that mends it; and whether one may write there oneself."""
    if not surroundings.is_folder(folder):
        return []
    from vigtui.store.permissions import is_shared, refuse_read_only

    try:
        refuse_read_only(folder)
    except VigError as error:
        problems.append(_problem(error))

    shared = is_shared(folder)
    inside = [folder, *sorted(folder.glob("*")), *sorted(folder.glob("*/*")), *sorted(folder.glob("damaged/*/*"))]
    barred = 0o007 if shared else 0o077
    wide = [one for one in inside if one.exists() and stat.S_IMODE(one.stat().st_mode) & barred]
    if wide:
        modes = "u=rwX,g=rwX,o=" if shared else "u=rwX,go="
        mend = f"chmod -R {modes} -- " + shlex.quote(output.tame(str(folder.absolute())))
        words = f"Others on this computer may look into the library: {len(wide)} files and folders are too open."
        problems.append(Problem(words, f"Run: {mend}", broken=False))
    return [str(one) for one in wide[:_MOST_FILES]]


def _packs(problems: list[Problem]) -> dict[str, Any]:
    shelf = wiring.pack_shelf()
    faulty = []
    for file, faults in shelf.faulty():
        faulty += [f"{file.name}: {fault.message}" for fault in faults.faults]
        problems.append(
            Problem(f"{faults.summary} It stands in {output.one_line(str(file.parent))}.", faults.remedy, broken=True)
        )
    return {"sound": [pack.id for pack in shelf.all()], "faulty": faulty}
