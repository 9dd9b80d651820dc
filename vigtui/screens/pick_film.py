"""Choosing films to add: type or paste their paths, or walk through the folders."""

import asyncio
import os
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from rich.text import Text
from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.events import Key, Paste
from textual.widgets import Input, OptionList, Static

from vigtui.screens.film_paths import Entry, Listing, as_word, complete, look, read_paths, to_typed
from vigtui.screens.opening import Dialog
from vigtui.widgets.fields import Choice
from vigtui.widgets.lists import RecordList
from vigtui.widgets.words import one_line, plain, sign

_UP = ".."
_DISK = "disk "
"""In front of the number of a disk, as the id of its row."""
_LOOK_EVERY = 2.0
"""Seconds between two looks at what is plugged in, while nothing is typed."""
_COPY, _LEAVE = "copy", "leave"
_NOTHING = "No film and no folder here."


@dataclass(frozen=True, slots=True)
class Picked:
    """What was chosen."""

    paths: tuple[Path, ...]
    reference: bool
    """Leave the files where they are."""
    folder: Path
    """Where they were looked for last."""


class PathInput(Input):
    """One line that takes several pasted lines, as file managers give them."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("tab", "screen.complete", "Complete", show=False)]

    def _on_paste(self, event: Paste) -> None:
        event.stop()
        event.prevent_default()
        lines = [line.strip() for line in event.text.splitlines() if line.strip()]
        if len(lines) > 1:
            lines = [as_word(line) for line in lines]
        if not self.value.strip() or self.value.endswith("/"):
            self.value = ""
        self.insert_text_at_cursor(" ".join(lines))


class PickFilm(Dialog[Picked | None]):
    """Asks for films. `enter` opens a folder, chooses the highlighted film, or adds what was typed; `f10` adds all chosen."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f10", "add", "Add", show=False),
        Binding("escape", "leave", "Leave", show=False),
    ]

    def __init__(self, folder: Path) -> None:
        """Prepare the dialog; `folder` is where to look first."""
        super().__init__()
        self._folder = folder
        self._listing = Listing(folder, "")
        self._chosen: dict[Path, None] = {}
        self._records = RecordList(id="listing", empty=_NOTHING, actions=())
        self._where = Static("", id="where")
        self._told = Static("", id="chosen")

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield Static("Add films", classes="title")
            yield PathInput(placeholder="type or paste one or several paths", id="typed")
            yield self._where
            yield self._records
            yield self._told
            with Horizontal(classes="how"):
                yield Static("The files", classes="label")
                yield Choice([(_COPY, "are copied into the library"), (_LEAVE, "stay where they are")], id="how")
            yield Static("", classes="refused")
            yield Static(plain("↑↓ walk · enter open or choose · tab complete · F10 add · esc leave"), classes="hint")

    async def on_mount(self) -> None:
        self.query_one(".refused").display = False
        self._told.display = False
        self.query_one("#typed").focus()
        self._list(self._typed)
        self.set_interval(_LOOK_EVERY, self._look_again)

    def _look_again(self) -> None:
        """A card may have been plugged in meanwhile."""
        if not self._typed.strip():
            self._list(self._typed)

    @property
    def _typed(self) -> str:
        return self.query_one("#typed", PathInput).value

    @on(Input.Changed, "#typed")
    def typed_changed(self) -> None:
        """List the folder that is being typed."""
        self.query_one(".refused").display = False
        self._list(self._typed)

    @work(group="listing", exclusive=True)
    async def _list(self, typed: str) -> None:
        before, self._listing = self._listing, await asyncio.to_thread(look, typed, self._folder)
        if self._listing != before or not self._records.option_count:
            self._show()

    def _show(self) -> None:
        listing = self._listing
        records = self._records
        records.empty = listing.problem or _NOTHING
        is_inside = listing.folder != listing.folder.parent and not listing.prefix and not listing.problem
        up = [(_UP, plain(" ../"))] if is_inside else []
        disks = [(f"{_DISK}{i}", self._disk_row(disk)) for i, disk in enumerate(listing.disks)]
        records.show([*up, *disks, *((str(i), self._row(entry)) for i, entry in enumerate(listing.entries))])
        if records.highlighted_id in (None, _UP) and (disks or listing.entries):
            records.choose(disks[0][0] if disks else "0")
        where = one_line(f"in {listing.folder}", "dim")
        if listing.more:
            where.append(f"   and {listing.more} more; type what the name begins with", "italic")
        self._where.update(where)
        chosen = Text()
        for path in self._chosen:
            chosen.append(f"{sign('on')} ")
            chosen.append_text(one_line(path.name, "bold"))
            chosen.append("  ")
        self._told.update(chosen)
        self._told.display = bool(self._chosen)

    def _disk_row(self, disk: Path) -> Text:
        row = one_line(f" {disk.name}/", "bold")
        row.append_text(one_line(f"  plugged in, at {disk.parent}", "dim"))
        return row

    def _row(self, entry: Entry) -> Text:
        if entry.is_folder:
            return one_line(f" {entry.name}/", "bold")
        return one_line(f" {sign('on' if entry.path in self._chosen else 'off')} {entry.name}")

    def on_key(self, event: Key) -> None:
        """Arrows walk in the list while the typed line has the focus."""
        moves = {"down": "cursor_down", "up": "cursor_up", "pagedown": "page_down", "pageup": "page_up"}
        if event.key in moves and isinstance(self.focused, PathInput):
            event.stop()
            getattr(self._records, f"action_{moves[event.key]}")()

    async def action_complete(self) -> None:
        """Complete the name; where there is nothing to complete, go on to the next field."""
        self._listing = await asyncio.to_thread(look, self._typed, self._folder)
        completed = complete(self._typed, self._listing) if self._typed.strip() else self._typed
        if completed == self._typed:
            self.set_focus(self.query_one("#how"))
        else:
            self._put(completed)

    def _put(self, typed: str) -> None:
        line = self.query_one("#typed", PathInput)
        line.value = typed
        line.cursor_position = len(typed)

    @on(Input.Submitted, "#typed")
    async def typed_submitted(self) -> None:
        """Add what was typed where it is a file or several; else act on the highlighted entry."""
        files, missing = await self._typed_files()
        if files and not missing:
            self._done(files)
            return
        self._listing = await asyncio.to_thread(look, self._typed, self._folder)
        self._show()
        entry = self._highlighted()
        if missing and (files or entry is None):
            self._refuse(missing)
        elif entry is not None:
            self._act(entry)
        else:
            self._go()

    @on(OptionList.OptionSelected, "#listing")
    def listing_selected(self) -> None:
        """A click, or enter in the list itself."""
        entry = self._highlighted()
        if entry is not None:
            self._act(entry)
        else:
            self._go()

    def _highlighted(self) -> Entry | None:
        record_id = self._records.highlighted_id
        entries = self._listing.entries
        return entries[int(record_id)] if record_id and record_id.isdigit() and int(record_id) < len(entries) else None

    def _go(self) -> None:
        """Go to the folder above, or to what is plugged in."""
        record_id, disks = self._records.highlighted_id or "", self._listing.disks
        number = record_id.removeprefix(_DISK)
        if record_id == _UP:
            self._put(to_typed(self._listing.folder.parent, folder=True))
        elif record_id.startswith(_DISK) and int(number) < len(disks):
            self._put(to_typed(disks[int(number)], folder=True))

    def _act(self, entry: Entry) -> None:
        if entry.is_folder:
            self._put(to_typed(entry.path, folder=True))
            return
        if entry.path in self._chosen:
            del self._chosen[entry.path]
        else:
            self._chosen[entry.path] = None
        if self._listing.prefix:
            self._put(to_typed(self._listing.folder, folder=True))
        self._show()

    async def _typed_files(self) -> tuple[list[Path], str]:
        """The files that are typed, and the name of the first that is not there. A folder is neither."""

        def find() -> tuple[list[Path], str]:
            paths = read_paths(self._typed, self._folder)
            missing = next((path for path in paths if not os.path.lexists(path)), None)
            return [path for path in paths if not os.path.isdir(path)], str(missing) if missing else ""  # noqa: PTH112 - as above

        return await asyncio.to_thread(find)

    async def action_add(self) -> None:
        """Add the chosen films and what is typed."""
        files, missing = await self._typed_files()
        if missing:
            self._refuse(missing)
        elif files or self._chosen:
            self._done(files)
        else:
            self._say("No film is chosen yet. Highlight one and press enter, or type its path.")

    def _done(self, files: list[Path]) -> None:
        paths = tuple(dict.fromkeys([*self._chosen, *files]))
        reference = self.query_one("#how", Choice).key == _LEAVE
        self.dismiss(Picked(paths, reference, paths[-1].parent))

    def _refuse(self, missing: str) -> None:
        self._say(f"There is no “{one_line(missing).plain}”. Nothing was added; correct the path.")

    def _say(self, sentence: str) -> None:
        refused = self.query_one(".refused", Static)
        refused.update(plain(sentence))
        refused.display = True

    def action_leave(self) -> None:
        """Leave without adding."""
        self.dismiss(None)
