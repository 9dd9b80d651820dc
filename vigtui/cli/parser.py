"""The words the command line understands. What each command does stands in the module that its `command` names."""

import argparse
import os
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
    return Path(os.path.expanduser(typed))  # noqa: PTH111 - Path's own raises for an unknown ~name


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
    _add_connecting(commands)
    _add_cases(commands)
    _add_reference(commands)
    _add_films(commands)
    _add_reports(commands)
    _add_exchange(commands)
    _add_bundles(commands)
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


def _add_connecting(commands: "_Group[Parser]") -> None:
    connect = _leaf(
        commands, "connect", "connect:connect", "run vigtui on a server, films playing on this laptop", json=False
    )
    connect.add_argument("host", metavar="[USER@]HOST", help="as ssh takes it")
    connect.add_argument(
        "ssh_words", metavar="-- SSH ARGS", nargs="*", default=[], help="more arguments for ssh, behind two dashes"
    )
    connect.add_argument(
        "--vigtui",
        metavar="COMMAND",
        default="vigtui",
        help="how vigtui is started on the server; `vigtui` unless said",
    )
    far = commands.add_parser("far", help="what connect starts on the server", allow_abbrev=False)
    far.set_defaults(command="far:forced")
    far.add_argument("--library", type=_folder, metavar="DIR", default=argparse.SUPPRESS, help="the one that is used")
    parts = _group(far)
    _leaf(parts, "hello", "far:hello", "make the place where both sides meet", json=False)
    opened = _leaf(parts, "open", "far:open_app", "open the app with its films on the laptop", json=False)
    opened.add_argument("place", type=_folder, metavar="DIR")
    opened.add_argument("--visit", type=_words, default="", help="by which it comes back where it was")
    opened.add_argument("--instead", type=_folder, metavar="DIR", help="the place of a connection that broke")
    opened.add_argument("--true-colour", action="store_true", help="the laptop's terminal shows all colours")


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
    add.add_argument("--apart", action="store_true", help="do not join the parts of a film that a camera split")
    find = _leaf(film, "find", "films:find_films", "look for films of a case that are not where they were")
    find.add_argument("paths", type=_file, metavar="PATH", nargs="+", help="a film, or a folder with all that is in it")
    _case(find)

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
    _add_cut(clip)


def _add_cut(clip: "_Group[Parser]") -> None:
    cut = _leaf(
        clip, "cut", "cutting:cut_clips", "cut the clips of a shortlist into a folder, as files that play on anything"
    )
    _case(cut, cycle=True)
    cut.add_argument("--to", type=_folder, metavar="DIR", required=True, help="made where only it is missing")
    cut.add_argument(
        "--clip", type=int, metavar="N", action="append", help="a clip by its place on the shortlist; all unless said"
    )
    cut.add_argument("--kept", action="store_true", help="only the clips that the client keeps")
    cut.add_argument("--reel", action="store_true", help="one film of all clips instead of one each")
    cut.add_argument(
        "--titles", action="store_true", help="a card with its opening question before each clip of the reel"
    )
    cut.add_argument(
        "--hold",
        type=float,
        metavar="SECONDS",
        default=0.0,
        help="how long each clip of the reel ends on its last frame",
    )
    cut.add_argument("--stills", action="store_true", help="also a picture of each clip, from its middle")
    cut.add_argument("--jpeg", action="store_true", help="pictures as JPEG instead of PNG")
    cut.add_argument("--slow", type=float, metavar="SPEED", help="also each clip in slow motion: 0.1 to under 1")
    cut.add_argument(
        "--as-is", action="store_true", help="copy without encoding; begins at the key picture before, and says where"
    )
    cut.add_argument(
        "--blur",
        type=_words,
        metavar="N@T=X,Y,W,H",
        action="append",
        default=[],
        help="make a region of clip N unrecognisable: left, top, width and height in per cent of the picture at a time of"
        " the film; again with other times, and it follows",
    )
    cut.add_argument(
        "--for", dest="purpose", type=_words, metavar="PURPOSE", default="", help=f"what for: {_LISTED[Purpose]}"
    )
    cut.add_argument(
        "--without-consent", type=_words, metavar="WHY", default="", help="go on all the same; kept in the audit trail"
    )


_REPORTS = {
    "review": ("the sheet for a shared review, as it was prepared", "the open one"),
    "strengths": ("the record of strengths, for the family", "told of up to this one; all"),
    "case": ("the summary of a case, for a record", "told of up to this one; all"),
    "supervision": ("the page for a meeting with a supervisor", "the open one"),
    "training": ("the training log, and what is still missing", ""),
    "progress": ("ratings, principles, minutes and counts over the cycles", "told of up to this one; all"),
}


def _add_reports(commands: "_Group[Parser]") -> None:
    reports = _group(
        commands.add_parser("report", help="write a page to print or keep", allow_abbrev=False), required=True
    )
    for name, (about, cycle) in _REPORTS.items():
        leaf = _leaf(reports, name, "report:report", f"write {about}")
        leaf.set_defaults(report=name)
        leaf.add_argument("--case", type=_words, metavar="CODE", required=bool(cycle), default="")
        leaf.add_argument(
            "--cycle",
            type=int,
            metavar="N",
            help=f"its number, from 1; {cycle} unless said" if cycle else argparse.SUPPRESS,
        )
        leaf.add_argument(
            "--format", type=_words, default="", help="html, pdf, md or txt; as the file's name ends unless said"
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
        if name == "strengths":
            leaf.add_argument(
                "--no-pictures", action="store_true", help="without stills of the clips that the client keeps"
            )
        if name == "supervision":
            leaf.add_argument(
                "--clips", type=_folder, metavar="DIR", help="also cut the cycle's clips into a folder beside it"
            )


_EXPORTS = {
    "elan": "ELAN, one document a film",
    "boris": "BORIS, one project",
    "webvtt": "WebVTT subtitles, one file a film",
    "srt": "SRT subtitles, one file a film",
    "csv": "a table for spreadsheets",
    "losslesscut": "LosslessCut, one project a film",
    "textgrid": "Praat, one TextGrid a film",
    "chapters": "chapters for ffmpeg, one file a film",
    "otio": "OpenTimelineIO: the shortlist for editing programs",
    "edl": "CMX3600: the shortlist for editing programs; constant frame rates only",
    "mpv-edl": "the shortlist as one film for mpv",
    "json": "everything that may leave, for programs",
}
_IMPORTS = ("elan", "losslesscut", "webvtt", "srt", "csv")


def _add_exchange(commands: "_Group[Parser]") -> None:
    exports = _group(
        commands.add_parser("export", help="write moments for another program", allow_abbrev=False), required=True
    )
    for name, about in _EXPORTS.items():
        leaf = _leaf(exports, name, "exchange:export", about)
        leaf.set_defaults(form=name)
        _case(leaf)
        leaf.add_argument("--cycle", type=int, metavar="N", help="its number, from 1; all cycles unless said")
        leaf.add_argument(
            "--to",
            type=_file,
            metavar="PATH",
            required=True,
            help="a file, or a folder that is there, in which each film gets a file of its own",
        )
        leaf.add_argument("--absolute", action="store_true", help="name each film where it is, not beside the file")
        _gate(leaf, Purpose.THERAPY)
    imports = _group(
        commands.add_parser("import", help="read moments that another program marked", allow_abbrev=False),
        required=True,
    )
    for name in _IMPORTS:
        leaf = _leaf(imports, name, "exchange:import_", f"read moments from {_EXPORTS[name].partition(',')[0]}")
        leaf.set_defaults(form=name)
        leaf.add_argument("file", type=_file, metavar="FILE")
        _case(leaf, cycle=True)
        leaf.add_argument("--film", type=int, metavar="N", help="which film of the cycle, where it has several")


def _add_bundles(commands: "_Group[Parser]") -> None:
    bundle = _group(
        commands.add_parser("bundle", help="take a whole case to another library", allow_abbrev=False), required=True
    )
    out = _leaf(bundle, "out", "bundle:bundle_out", "check a case out, with its films, into one encrypted file")
    out.add_argument("code", type=_words, metavar="CODE")
    out.add_argument("--to", type=_file, metavar="FILE", required=True, help="a new file; none is ever replaced")
    _gate(out, Purpose.THERAPY)
    in_ = _leaf(bundle, "in", "bundle:bundle_in", "check a case in from such a file")
    in_.add_argument("file", type=_file, metavar="FILE")
    back = _leaf(bundle, "back", "bundle:bundle_back", "work on a case here again that is out, without its bundle")
    back.add_argument("code", type=_words, metavar="CODE")
    back.add_argument("--why", type=_words, metavar="WORDS", required=True, help="even one word")


def _gate(leaf: Parser, usual: Purpose) -> None:
    leaf.add_argument(
        "--for",
        dest="purpose",
        type=_words,
        metavar="PURPOSE",
        default="",
        help=f"what for: {_LISTED[Purpose]}; {usual.value} unless said",
    )
    leaf.add_argument(
        "--without-consent",
        type=_words,
        metavar="WHY",
        default="",
        help="go on where consent is missing; the reason stands in the audit trail",
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
