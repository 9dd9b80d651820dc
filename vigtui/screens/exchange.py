"""Export, import and bundles from the app: small dialogs on the Case screen, and on Today for a case that comes in."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.widgets import Static

from vigtui.domain.audit import Export
from vigtui.domain.consent import Purpose
from vigtui.domain.errors import NotSensible
from vigtui.domain.exchange import FileUnusable, Skipped
from vigtui.interchange.tools import BundleTools
from vigtui.interchange.writing import FORMATS, READERS, format_of, write
from vigtui.screens.dialogs import Answers, Ask, FormDialog, PickDialog
from vigtui.screens.errand import ErrandScreen, Step, run_errand
from vigtui.screens.film_paths import read_paths
from vigtui.screens.opening import Dialog
from vigtui.services import bundling, cases, exporting, importing
from vigtui.services.ports import Work
from vigtui.widgets.words import one_line, plain

if TYPE_CHECKING:
    from vigtui.screens.base import CaseScreen, VigScreen

_PURPOSES = tuple((one.value, one.value) for one in Purpose)
_REASON = Ask("reason", "Reason, where consent is missing and it must leave all the same", "")


def path_of(typed: str) -> Path:
    """The one path that was typed or pasted, quotes or not. Raises NotSensible."""
    paths = read_paths(typed, Path.home())
    if len(paths) != 1:
        raise NotSensible("One file or folder is needed here.", "Nothing was done. Type its path, or press esc.")
    return paths[0]


# Export


async def export(screen: "CaseScreen") -> None:
    """Ask for format, cycle, purpose and place, and write."""
    if not await screen.flush():
        return
    cycles = [("", "all cycles"), *((str(one.number), f"cycle {one.number}") for one in screen.file.cycles)]
    asks = (
        Ask("form", "For", "elan", choices=tuple((one.name, f"{one.name}: {one.about}") for one in FORMATS.values())),
        Ask("cycle", "Which films", str(screen.cycle.number), choices=tuple(cycles)),
        Ask("purpose", "What for", Purpose.THERAPY.value, choices=_PURPOSES),
        Ask("to", "File, or a folder that is there", str(Path.home())),
        _REASON,
    )

    async def keep(answers: Answers) -> None:
        target, purpose, form = path_of(answers["to"]), Purpose(answers["purpose"]), FORMATS[answers["form"]]
        library, pack = screen.desk.library.folder, screen.pack
        cycle = int(answers["cycle"]) if answers["cycle"] else None

        def job(work: Work) -> tuple[Export, list[Path]]:
            file = cases.load(work, screen.case_id)
            selection = exporting.select(work, file, pack, cycle=cycle, purpose=purpose)
            exporting.ask_gate(work, file, selection, purpose, form.name, answers["reason"])
            files = write(form.name, selection)
            leaving = exporting.Leaving(form.name, form.suffix, files, purpose, answers["reason"])
            return exporting.keep(work, file, leaving, target, library=library)

        _, files = await screen.save(job, remembered=False)
        screen.say("Written: " + ", ".join(str(one) for one in files[:5]))

    intro = "Private moments, concerns and names of files never leave. The film itself stays here."
    screen.app.push_screen(FormDialog("Export for another program", asks, keep, intro=intro))


# Import


async def import_(screen: "CaseScreen") -> None:
    """Ask for the file and the film, take in what can be taken in, and show what was skipped."""
    if not await screen.flush():
        return
    films = screen.file.films_of(screen.cycle.id)
    if not films:
        screen.say("This cycle has no film yet; moments belong to one. F4 adds it.")
        return
    asks = [
        Ask("file", "File", hint="paste or type its path"),
        Ask("form", "Made by", "", choices=(("", "as its name ends"), *((one, one) for one in READERS))),
    ]
    if len(films) > 1:
        asks.append(Ask("film", "Into", "", choices=tuple((str(one.number), one.label) for one in films)))
    report: list[importing.Imported] = []

    async def keep(answers: Answers) -> None:
        source = path_of(answers["file"])
        form = answers["form"] or format_of(source.name)
        if form not in READERS:
            raise FileUnusable(
                "The name does not say what kind of file it is.", "Nothing was added. Choose who made it."
            )
        film = importing.film_for(films, int(answers["film"]) if "film" in answers else None)
        cycle, pack, desk = screen.cycle, screen.pack, screen.desk

        def look() -> Any:
            reading = READERS[form](importing.read_file(source))
            importing.check_any(reading)
            return reading, importing.times_of(desk.media, desk.library.folder, film)

        reading, times = await asyncio.to_thread(look)
        done = await screen.save(
            lambda work: importing.add(work, cases.load(work, screen.case_id), cycle, film, pack, reading, times)
        )
        report.append(done)

    async def then(answers: Answers | None) -> None:
        await screen.reload()
        for done in report:
            count = len(done.added)
            said = f"{count} {'moment was' if count == 1 else 'moments were'} added."
            if done.skipped or done.changed:
                screen.app.push_screen(ToldDialog(said, done.skipped, done.changed))
            else:
                screen.say(said)

    screen.app.push_screen(FormDialog("Import moments from another program", asks, keep, is_passing=True), then)


class ToldDialog(Dialog[None]):
    """What an import skipped or changed, line by line."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,enter,f10", "leave", "Leave", show=False)]

    def __init__(self, title: str, skipped: Sequence[Skipped], changed: Sequence[Skipped]) -> None:
        super().__init__()
        self._title = title
        self._parts = (("Skipped", skipped), ("Changed", changed))

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield Static(plain(self._title), classes="title")
            with VerticalScroll():
                yield Static(self._lines())
            yield Static(plain("↑↓ scroll · enter leaves"), classes="hint")

    def _lines(self) -> Text:
        text = Text()
        for name, lines in self._parts:
            for one in lines[:500]:
                text.append(f"{name} ", "bold")
                text.append_text(one_line(str(one)))
                text.append("\n")
        text.rstrip()
        return text

    def on_mount(self) -> None:
        self.query_one(VerticalScroll).focus()

    def action_leave(self) -> None:
        """Leave."""
        self.dismiss(None)


# Bundles


async def bundle(screen: "CaseScreen") -> None:
    """Check the case out or in; while a bundle is on its way, show how far it is."""
    if not await screen.flush() or _shows_errand(screen):
        return
    out = await screen.desk.library.aread(lambda work: bundling.is_out(work, screen.case_id))
    choices = [("in", "Check in: from a bundle that comes back")]
    if out:
        choices.append(("back", "Take back: go on here without the bundle"))
    else:
        choices.insert(0, ("out", "Check out: everything of the case and its films into one encrypted file"))

    def then(choice: str | None) -> None:
        if choice == "out":
            _ask_out(screen)
        elif choice == "in":
            ask_in(screen)
        elif choice == "back":
            _ask_back(screen)

    screen.app.push_screen(PickDialog("Take the case to another library, or back", choices), then)


def _shows_errand(screen: "VigScreen") -> bool:
    errand = screen.desk.errand
    if errand is not None and errand.is_busy:
        screen.app.push_screen(ErrandScreen(errand))
        return True
    return False


def _ask_out(screen: "CaseScreen") -> None:
    code, desk = screen.file.case.code, screen.desk
    name = f"{exporting.safe_name(code)}-{desk.today:%Y-%m-%d}.age"
    asks = (
        Ask("to", "File", str(Path.home() / name)),
        Ask("passphrase", "Passphrase, several words", secret=True),
        Ask("again", "The same once more", secret=True),
        Ask("purpose", "What for", Purpose.THERAPY.value, choices=_PURPOSES),
        _REASON,
    )
    wanted: list[tuple[Path, bundling.Order]] = []

    async def keep(answers: Answers) -> None:
        if answers["passphrase"] != answers["again"]:
            raise NotSensible("The two passphrases differ.", "Nothing was written. Type them again.")
        order = bundling.Order(answers["passphrase"], Purpose(answers["purpose"]), answers["reason"])
        target = path_of(answers["to"])
        await asyncio.to_thread(bundling.check_before, desk.library, code, target, order)
        wanted[:] = [(target, order)]

    def then(answers: Answers | None) -> None:
        for target, order in wanted if answers else ():

            def job(step: Step, target: Path = target, order: bundling.Order = order) -> str:
                bundling.check_out(desk.library, BundleTools(), code, target, order, step)
                return f"Case {code} is out, in {target}. It is read-only here until it comes back."

            run_errand(screen.app, desk, f"Checking case {code} out", job)

    intro = (
        "Without the passphrase nobody can open the file, you neither. The case is read-only here until it comes back."
    )
    screen.app.push_screen(FormDialog("Check the case out", asks, keep, intro=intro), then)


def ask_in(screen: "VigScreen") -> None:
    """Ask for a bundle and take it in."""
    if _shows_errand(screen):
        return
    desk = screen.desk
    asks = (
        Ask("file", "Bundle", hint="paste or type its path"),
        Ask("passphrase", "Its passphrase", secret=True),
    )
    wanted: list[tuple[Path, str]] = []

    async def keep(answers: Answers) -> None:
        source = path_of(answers["file"])
        await asyncio.to_thread(bundling.check_is_file, source)
        wanted[:] = [(source, answers["passphrase"])]

    def then(answers: Answers | None) -> None:
        for source, words in wanted if answers else ():

            def job(step: Step, source: Path = source, words: str = words) -> str:
                return bundling.check_in(desk.library, BundleTools(), source, words, step).sentence

            run_errand(screen.app, desk, "Checking a case in", job)

    screen.app.push_screen(FormDialog("Check a case in", asks, keep, is_passing=True), then)


def _ask_back(screen: "CaseScreen") -> None:
    code = screen.file.case.code

    async def keep(answers: Answers) -> None:
        await screen.save(lambda work: bundling.take_back(work, code, answers["why"]), remembered=False)
        await screen.reload()

    intro = "For a bundle that is lost or was not needed. If it comes back later, both sides' work is merged."
    asks = [Ask("why", "In a few words, why")]
    screen.app.push_screen(FormDialog(f"Take case {code} back", asks, keep, intro=intro))


def out_words(out: Any) -> Text:
    """That a case is out, for its page; nothing where it is here."""
    text = Text()
    if out is not None:
        text.append_text(plain(f" Out since {out.at.astimezone():%Y-%m-%d}, taken by {out.by}: ", "bold"))
        text.append("read-only here until it comes back. b checks it in.\n")
    return text
