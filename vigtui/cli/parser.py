"""The words the command line understands. What each command does stands in the module that its `command` names."""

import argparse
import sys
from enum import StrEnum
from pathlib import Path
from typing import NoReturn

from vigtui import __version__
from vigtui.cli import output
from vigtui.domain.consent import Purpose
from vigtui.domain.person import Role


class Parser(argparse.ArgumentParser):
    """argparse without guessing of shortened options, and with refusals that are safe to print."""

    def error(self, message: str) -> NoReturn:
        """Say what is wrong with the words, and leave with 2."""
        self.print_usage(sys.stderr)
        self.exit(2, f"{self.prog}: {output.one_line(message)}\n")


def _words(typed: str) -> str:
    """Typed words as the library keeps them; undecodable bytes become “�”."""
    return output.tame(typed)


def _folder(typed: str) -> Path:
    if not typed:
        raise argparse.ArgumentTypeError("names no folder")
    return Path(typed).expanduser()


def _file(typed: str) -> Path:
    if not typed:
        raise argparse.ArgumentTypeError("names no file")
    return Path(typed)  # exactly the bytes that were given


def build_parser() -> argparse.ArgumentParser:
    """The parser of the whole command line; the result has `command` as “module:function”."""
    parser = Parser(
        prog="vigtui",
        description="A keyboard-driven companion for Video Interaction Guidance. Without a command it opens the app.",
        epilog="The library is $VIGTUI_LIBRARY, or stands in your data directory, unless --library names another.",
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"vigtui {__version__}")
    parser.add_argument("--library", type=_folder, metavar="DIR", help="the folder of the library")
    parser.set_defaults(command="opening:open_app", json=False)
    commands = _group(parser)
    _add_opening(commands)
    _add_cases(commands)
    _add_reference(commands)
    _add_films(commands)
    _add_reports(commands)
    _add_keeping(commands)
    return parser


_LISTED: dict[type[StrEnum], str] = {kind: ", ".join(kind) for kind in (Role, Purpose)}
_Group = argparse._SubParsersAction  # argparse has no public name for it


def _group(parser: argparse.ArgumentParser, *, required: bool = False) -> "_Group[Parser]":
    return parser.add_subparsers(title="commands", metavar="COMMAND", required=required, parser_class=Parser)


def _leaf(group: "_Group[Parser]", name: str, command: str, about: str, *, json: bool = True) -> Parser:
    """A command. `--library` works in front of it and behind it, so behind it has no default of its own."""
    leaf = group.add_parser(name, help=about, description=about[0].upper() + about[1:] + ".", allow_abbrev=False)
    leaf.set_defaults(command=command)
    leaf.add_argument(
        "--library", type=_folder, metavar="DIR", default=argparse.SUPPRESS, help="the folder of the library"
    )
    if json:
        leaf.add_argument(
            "--json", action="store_true", default=argparse.SUPPRESS, help="print one JSON document and nothing else"
        )
    return leaf


def _add_opening(commands: "_Group[Parser]") -> None:
    _leaf(commands, "open", "opening:open_app", "open the app, as without a command", json=False)
    demo = _leaf(
        commands, "demo", "opening:demo", "make a fictional library with generated films, and open it", json=False
    )
    demo.add_argument("--no-open", action="store_true", help="only make it, and print its folder")
    _leaf(commands, "doctor", "doctor:doctor", "look whether everything vigtui needs is there and sound")


def _add_cases(commands: "_Group[Parser]") -> None:
    _leaf(commands, "cases", "reading:cases", "list the cases with stage, cycle and next step")
    case = _group(commands.add_parser("case", help="make a case", allow_abbrev=False), required=True)
    new = _leaf(case, "new", "writing:new_case", "make a case with its first cycle")
    new.add_argument("--code", type=_words, required=True, help="code or pseudonym, never a real name")
    new.add_argument(
        "--pack", type=_words, metavar="NAME", default="parent-child", help="script pack; see `vigtui packs`"
    )

    person = _group(commands.add_parser("person", help="the people of a case", allow_abbrev=False), required=True)
    add = _leaf(person, "add", "writing:add_person", "add somebody to a case under a pseudonym")
    _case(add)
    add.add_argument("--role", type=_words, required=True, help=_LISTED[Role])
    add.add_argument("--name", type=_words, metavar="PSEUDONYM", required=True, help="never a real name")
    add.add_argument("--child", action="store_true", help="somebody else must consent for them; said by the role child")

    consent = _group(
        commands.add_parser("consent", help="give or withdraw a consent", allow_abbrev=False), required=True
    )
    give = _leaf(consent, "give", "writing:give_consent", "record that somebody agreed to a purpose")
    withdraw = _leaf(consent, "withdraw", "writing:withdraw_consent", "withdraw a consent; its use is frozen at once")
    for one in (give, withdraw):
        _case(one)
        one.add_argument("--person", type=_words, metavar="PSEUDONYM", required=True, help="whose films it is about")
        one.add_argument(
            "--purpose",
            type=_words,
            required=True,
            help=_LISTED[Purpose],
        )
    give.add_argument("--by", type=_words, metavar="WHO", required=True, help="the person, or who holds responsibility")
    give.add_argument("--on", type=_words, metavar="DATE", default="", help="year-month-day; today unless said")
    give.add_argument("--until", type=_words, metavar="DATE", default="", help="last day on which it holds")
    withdraw.add_argument("--why", type=_words, metavar="WORDS", required=True, help="even one word")

    show = _leaf(commands, "show", "reading:show", "show a whole case")
    show.add_argument("code", type=_words, metavar="CODE")
    search = _leaf(commands, "search", "reading:search", "search everything typed")
    search.add_argument("words", type=_words, metavar="WORDS", nargs="+")


def _add_reference(commands: "_Group[Parser]") -> None:
    packs = _leaf(commands, "packs", "reference:packs", "list the script packs")
    check = _leaf(_group(packs), "check", "reference:check_pack", "look for faults in a script pack")
    check.add_argument("file", type=_file, metavar="FILE")
    _leaf(commands, "keys", "reference:keys", "list every command of the app, its key and its place")


def _add_films(commands: "_Group[Parser]") -> None:
    film = _group(commands.add_parser("film", help="films", allow_abbrev=False), required=True)
    probe = _leaf(film, "probe", "films:probe_film", "say what a film file is")
    probe.add_argument("file", type=_file, metavar="FILE")
    add = _leaf(film, "add", "films:add_films", "copy films into the library")
    add.add_argument("files", type=_file, metavar="FILE", nargs="+")
    _case(add, cycle=True)
    add.add_argument(
        "--seen",
        type=_words,
        metavar="PSEUDONYM",
        action="append",
        help="who is seen in it; everyone of the case unless said",
    )
    add.add_argument("--review", action="store_true", help="it is the film of a shared review")
    add.add_argument("--reference", action="store_true", help="leave the file where it is instead of copying it")

    clip = _group(commands.add_parser("clip", help="clips", allow_abbrev=False), required=True)
    add = _leaf(clip, "add", "clips:add_clip", "mark a moment and put it on the shortlist")
    _case(add, cycle=True)
    add.add_argument(
        "--in", dest="start", type=_words, metavar="T", required=True, help="SS.mmm, MM:SS.mmm or HH:MM:SS.mmm"
    )
    add.add_argument("--out", dest="end", type=_words, metavar="T", required=True, help="the last frame to be shown")
    add.add_argument("--film", type=int, metavar="N", help="which film of the cycle, where it has several")
    add.add_argument("--note", type=_words, metavar="WORDS", default="")
    add.add_argument(
        "--principle",
        type=_words,
        metavar="ID",
        action="append",
        default=[],
        help="a principle seen, like receiving.smiles",
    )


_REPORTS = {
    "review": ("the sheet for a shared review, as it was prepared", "the open one"),
    "strengths": ("the record of strengths, for the family", "told of up to this one; all"),
    "progress": ("ratings, principles, minutes and counts over the cycles", "told of up to this one; all"),
}


def _add_reports(commands: "_Group[Parser]") -> None:
    reports = _group(
        commands.add_parser("report", help="write a page to print or keep", allow_abbrev=False), required=True
    )
    for name, (about, cycle) in _REPORTS.items():
        leaf = _leaf(reports, name, "report:report", f"write {about}")
        leaf.set_defaults(report=name)
        _case(leaf)
        leaf.add_argument("--cycle", type=int, metavar="N", help=f"its number, from 1; {cycle} unless said")
        leaf.add_argument(
            "--format", type=_words, default="", help="html, md or txt; as the file's name ends unless said"
        )
        leaf.add_argument(
            "--to",
            type=_file,
            metavar="FILE",
            required=True,
            help="a file that is there is replaced, but never a folder, a link or a device",
        )
        leaf.add_argument(
            "--for", dest="purpose", type=_words, metavar="PURPOSE", default="", help=f"what for: {_LISTED[Purpose]}"
        )
        leaf.add_argument(
            "--without-consent",
            type=_words,
            metavar="WHY",
            default="",
            help="kept in the audit trail; a page without pictures asks for no consent",
        )


def _add_keeping(commands: "_Group[Parser]") -> None:
    backup = _leaf(commands, "backup", "keeping:backup", "make a checked copy of the library, now")
    backup.add_argument("--to", type=_file, metavar="FILE", help="a new file; in the library's backups unless said")
    _leaf(commands, "backups", "keeping:backups", "list the backups with their age, and whether they are sound")
    restore = _leaf(
        commands, "restore", "keeping:restore", "put a backup in the library's place; what was there is kept"
    )
    restore.add_argument("file", type=_file, metavar="FILE")
    _leaf(commands, "rescue", "keeping:rescue", "save what can still be read of a damaged library")
    _leaf(commands, "consents", "keeping:consents", "list every consent, and whether it holds today")
    _leaf(commands, "retention", "keeping:retention", "list how long each film may be kept")
    audit = _leaf(commands, "audit", "keeping:audit", "list who did what, and when")
    audit.add_argument("code", type=_words, metavar="CODE", nargs="?")

    erase = _group(commands.add_parser("erase", help="erase for good", allow_abbrev=False), required=True)
    for what, about in (
        ("films", "erase the films of a case and the pictures made from them; notes and moments stay"),
        ("case", "erase a whole case with its history"),
    ):
        leaf = _leaf(erase, what, "keeping:erase", about)
        leaf.set_defaults(what=what)
        leaf.add_argument("code", type=_words, metavar="CODE")
        leaf.add_argument("--why", type=_words, metavar="WORDS", required=True, help="kept in the audit trail")
        leaf.add_argument("--yes", action="store_true", help="do not ask")

    passphrase = _group(
        commands.add_parser("passphrase", help="the passphrase that closes the library", allow_abbrev=False),
        required=True,
    )
    for what, about in (
        ("set", "close a library, and its backups, by a passphrase"),
        ("change", "close it by another passphrase"),
        ("remove", "open it without a passphrase"),
    ):
        leaf = _leaf(passphrase, what, "keeping:passphrase", about, json=False)
        leaf.set_defaults(what=what)


def _case(leaf: Parser, *, cycle: bool = False) -> None:
    leaf.add_argument("--case", type=_words, metavar="CODE", required=True)
    if cycle:
        leaf.add_argument("--cycle", type=int, metavar="N", required=True, help="its number, from 1")
