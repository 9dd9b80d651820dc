"""The training log on paper: what was done, and what the requirements still ask for."""

from collections.abc import Sequence
from datetime import date

from vigtui.domain.hours import hours
from vigtui.domain.training import TrainingEntry
from vigtui.reports.document import Block, Document, Facts, Heading, Paragraph, Table, Tone


def training_page(
    entries: Sequence[TrainingEntry],
    counted: Sequence[tuple[str, str]],
    stages: Sequence[tuple[str, str, str]],
    supervisions: Sequence[tuple[str, str, str, str]],
    *,
    on: date,
) -> Document:
    """The log.

    Args:
        entries: course days and other steps, the newest first.
        counted: what the library holds, as labels and words.
        stages: for each requirement its name, what counts towards it, and what is missing.
        supervisions: for each meeting its day, supervisor, length and whether it was signed off.
        on: the day it is written.
    """
    blocks: list[Block] = [Facts(tuple(counted))]
    blocks.append(Heading("Requirements"))
    blocks.append(
        Table(("Stage", "Done", "Still missing"), tuple(stages))
        if stages
        else Paragraph("No requirement was written down yet.", Tone.QUIET)
    )
    blocks.append(Heading("Supervision"))
    blocks.append(
        Table(("On", "Supervisor", "Length", "Signed off"), tuple(supervisions), frozenset({2}))
        if supervisions
        else Paragraph("No meeting was written down yet.", Tone.QUIET)
    )
    blocks.append(Heading("Courses and other steps"))
    rows = tuple((f"{one.on_date:%Y-%m-%d}", one.title, hours(one.minutes), one.note) for one in entries)
    blocks.append(
        Table(("On", "What", "Length", "Note"), rows, frozenset({2}))
        if rows
        else Paragraph("None was written down yet.", Tone.QUIET)
    )
    return Document("Training log", f"As of {on:%Y-%m-%d}", tuple(blocks), f"Written on {on:%Y-%m-%d}.")
