"""Finding on the workbench: the sieve over the moments, the matrix of principles and cycles, and a film that went elsewhere."""

import asyncio
import os
from pathlib import Path

from vigtui.domain.errors import NotSensible
from vigtui.domain.film import Film
from vigtui.domain.moment import Moment, MomentState
from vigtui.screens.clips_shortlist import ShortlistKeys
from vigtui.screens.dialogs import Answers, Ask, FormDialog
from vigtui.screens.film_paths import to_path
from vigtui.screens.matrix import MatrixDialog
from vigtui.services import disks, relocating, supervision
from vigtui.services.matrix import matrix
from vigtui.services.prompts import role_word
from vigtui.services.sifting import Sieve
from vigtui.widgets.words import one_line


class FindingKeys(ShortlistKeys):
    """What the keys find."""

    _searching = False
    """Whether a film is looked for; set to False it ends."""

    # The sieve

    def action_sieve(self) -> None:
        """Choose which moments are listed."""
        sieve, pack = self._sieve, self.pack
        principles = [("", "any")]
        for level in pack.levels:
            principles.append((f"{level.id}.", f"{level.number} {level.name}"))
            principles += [(one.id, f"{level.number} · {one.words}") for one in level.behaviours]
        starters = [(role, role_word(pack, role)) for role in supervision.starters(pack, self.film)]
        asks = [
            Ask("principle", "Principle", sieve.principle, choices=tuple(principles)),
            Ask("state", "State", sieve.state, choices=(("", "any"), *((one.value, one.value) for one in MomentState))),
            Ask("initiator", "Who starts", sieve.initiator, choices=(("", "anybody"), *starters)),
            Ask("words", "Words in the note or the next turn", sieve.words),
        ]

        async def keep(answers: Answers) -> None:
            self._sieve = Sieve(**answers)
            self.show_file()

        intro = "All empty lists all."
        self.app.push_screen(FormDialog("Which moments are listed", asks, keep, intro=intro, is_passing=True))

    # The matrix

    def action_matrix(self) -> None:
        """Show principles by cycle, and play the moments of a cell."""
        found = matrix(self.file, self.pack)
        if not found.rows:
            self.say("No principle was noted yet: 1 to 6 on a moment do that.")
            return

        async def then(moments: tuple[Moment, ...] | None) -> None:
            if moments:
                await self.play_parts(self.moment_parts(list(moments)))

        self.app.push_screen(MatrixDialog(found), then)

    # A film that went elsewhere

    async def action_find_film(self) -> None:
        """Look for the film's file in a folder and on the disks that are plugged in; once more stops that."""
        film = self.film
        if self._searching:
            self._searching = False
            self.say("Stopped looking for the film.")
            return
        if film is None:
            self.say("There is no film in this cycle yet. F4 goes to Film.")
            return
        plugged = await asyncio.to_thread(disks.plugged_in)
        where = ", ".join(one_line(str(one)).plain for one in plugged) or "none is plugged in"

        async def keep(answers: Answers) -> None:
            folders = list(plugged)
            if typed := answers["folder"].strip():
                folder = await asyncio.to_thread(_folder, typed)
                if folder is None:
                    raise NotSensible(
                        "There is no such folder.", "Correct it, or leave it empty to look on the disks only."
                    )
                folders.insert(0, folder)
            if not folders:
                raise NotSensible("There is nowhere to look.", "Name a folder, or plug the disk in and press W again.")
            self.run_worker(self._look_for(film, folders), group="find-film", exclusive=False)

        intro = f"It is recognised by its content, so its name may have changed. Disks: {where}."
        ask = Ask("folder", "Folder, with all that is in it", hint="empty: the disks only")
        self.app.push_screen(FormDialog(f"Look for {film.label}", [ask], keep, intro=intro, is_passing=True))

    async def _look_for(self, film: Film, folders: list[Path]) -> None:
        """Look in a thread, and say what came of it."""
        self._searching = True
        try:
            found = await asyncio.to_thread(
                relocating.find_again, self.desk.media, film, folders, cancelled=lambda: not self._searching
            )
        finally:
            stopped, self._searching = not self._searching, False
        if not stopped:
            await self._looked_for(film, found)

    async def on_unmount(self) -> None:
        self._searching = False

    async def _looked_for(self, film: Film, found: Path | None) -> None:
        if found is None:
            self.warn(f"{film.label} was not found there.\nMarks and notes are safe. Press W to look elsewhere.")
            return
        if await self.change(lambda work: relocating.is_now_at(work, film.id, found)):
            self._film_gone = False
            self.say(f"{film.label} is found again.")
            if now := self.film:
                self.looker.look_at(now, self.path(now), again=True)
            await self._with_film()


def _folder(typed: str) -> Path | None:
    """The folder that was typed, with ~ for one's own; None where there is none."""
    folder = to_path(typed, Path.cwd())
    return folder if os.path.isdir(folder) else None  # noqa: PTH112 - False, not an error, where it may not be looked at
