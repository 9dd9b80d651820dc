"""The prompter: the rung's question in large quiet type, the rungs around it, and where the time has gone."""

from collections.abc import Sequence

from rich.text import Text

from vigtui.domain.packs import Phase
from vigtui.services.prompts import ReadyStep
from vigtui.widgets.block_letters import HIGH, block_letters
from vigtui.widgets.said import Said
from vigtui.widgets.words import has_unicode, one_line, plain, sign

WIDEST = 56
"""Cells of a line of the question; longer ones are hard to read from a metre away."""

Ticked = set[tuple[str, str | None]]
"""Rung and clip of every step that was ticked."""


def is_ticked(ready: ReadyStep, ticked: Ticked) -> bool:
    """Whether a step was ticked."""
    return (ready.step.rung.id, ready.clip.id if ready.clip else None) in ticked


class PhaseLine(Said):
    """Phase, clip and minutes, on one line."""

    def show(self, ready: ReadyStep, clips: int, minutes: int, in_all: tuple[int, int]) -> None:
        """Show where the review stands.

        Args:
            ready: the present step.
            clips: how many clips there are.
            minutes: spent in this phase.
            in_all: minutes since the review began, and those the pack gives it.
        """
        phase = ready.step.phase
        line = Text(no_wrap=True, overflow="ellipsis").append_text(one_line(f"{phase.letter}  {phase.name}", "bold"))
        if ready.step.clip:
            line.append(f"  {ready.step.clip} of {clips}")
        line.append(f"   {minutes} min of {_range(phase)}", "not bold dim")
        line.append(f"   in all {in_all[0]} of {in_all[1]} min", "not bold dim")
        self.update(line)


class Prompt(Said):
    """The question of the rung: few words to a line, and room between the lines."""

    def __init__(self, *, id: str) -> None:
        super().__init__("", id=id)
        self._ready: ReadyStep | None = None
        self._ticked = False

    def show(self, ready: ReadyStep, ticked: bool) -> None:
        """Show a step."""
        self._ready, self._ticked = ready, ticked
        self._draw()

    def on_resize(self) -> None:
        self._draw()

    def _draw(self) -> None:
        ready, room = self._ready, self.content_size
        if ready is None or not room.width:
            return
        lines = plain(ready.prompt, "bold").wrap(self.app.console, min(WIDEST, room.width), overflow="fold")
        for line in lines:
            line.rstrip()
        hint = plain("\n".join(filter(None, (ready.hint, ready.goal and f"goal: {ready.goal}"))), "italic dim")
        below = 1 + len(hint.wrap(self.app.console, room.width)) if hint else 0
        left = room.height - below - len(lines)
        airy = left - HIGH - 1 >= len(lines) - 1
        text = self._large(ready.step.rung.name, room.width if left > HIGH else 0)
        text.append("\n\n").append_text(Text("\n\n" if airy else "\n").join(lines))
        if hint:
            text.append("\n\n").append_text(hint)
        self.update(text)

    def _large(self, name: str, room: int) -> Text:
        """The rung's name: in block letters where they fit, else in capitals with room between them."""
        mark = f"{sign('done')} " if self._ticked else ""
        drawn = block_letters(name, room - 2 * len(mark)) if has_unicode() else None
        if drawn is None:
            return one_line(f"{mark}{spaced(name)}", "dim")
        drawn[1] = f"{mark}{drawn[1]}{' ' * len(mark)}"
        return Text().append("\n".join(drawn), "dim" if self._ticked else "")


class Rungs(Said):
    """All rungs of the phase with those ticked, and the other phases; where there is room."""

    def show(self, steps: Sequence[ReadyStep], at: int, ticked: Ticked) -> None:
        """Show the ladder around a step."""
        here = steps[at].step
        text = Text(no_wrap=True, overflow="ellipsis")
        seen: list[tuple[str, int | None]] = []
        for i, ready in enumerate(steps):
            step = ready.step
            if (step.phase.id, step.clip) not in seen:
                seen.append((step.phase.id, step.clip))
                clip = f" {step.clip}" if step.clip else ""
                present = (step.phase, step.clip) == (here.phase, here.clip)
                style = "bold" if present else "dim"
                text.append("\n" if i else "").append_text(
                    one_line(f"{step.phase.letter}  {step.phase.name}{clip}", style)
                )
                text.append(f"   {_range(step.phase)}\n", "dim")
            if (step.phase, step.clip) == (here.phase, here.clip):
                mark = "done" if is_ticked(ready, ticked) else "ahead"
                text.append(f"   {sign('now') if i == at else ' '} {sign(mark)} ", "bold" if i == at else "dim")
                text.append_text(one_line(step.rung.name, "bold" if i == at else "")).append("\n")
        self.update(text)


def spaced(words: str) -> str:
    """Capitals with room between them, in scripts that have capitals."""
    capitals = words.upper()
    if all(one.isascii() or one.lower() != one for one in capitals) and len(capitals) * 2 <= WIDEST:
        return " ".join(capitals)
    return words


def _range(phase: Phase) -> str:
    return f"{phase.minutes[0]} to {phase.minutes[1]}"
