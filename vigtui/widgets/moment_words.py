"""A moment in words: its row in a list, and what was seen in it. Shared by the workbench and the page for supervision."""

from rich.text import Text

from vigtui.domain.casefile import CaseFile
from vigtui.domain.clip import Clip
from vigtui.domain.moment import Moment
from vigtui.domain.packs import Pack
from vigtui.domain.timecode import format_length, format_time
from vigtui.services.prompts import principle_words, role_word
from vigtui.widgets.words import one_line, plain, sign


def moment_row(file: CaseFile, pack: Pack, moment: Moment) -> Text:
    """Where it begins, how long it is, what it is for, and its note or its principles."""
    length = f"  {sign('still')} " if moment.still else f"{moment.length_ms / 1000:4.1f}"
    row = plain(f"{format_time(moment.in_ms)} {length} ")
    row.append(f"{sign(moment.state.value)} ", "bold")
    row.append_text(one_line(moment.note or principles(file, pack, moment), "" if moment.note else "dim"))
    row.no_wrap, row.overflow = True, "ellipsis"
    return row


def clip_row(clip: Clip, moment: Moment) -> Text:
    """A clip of the shortlist: its place, where it begins, why it was chosen."""
    row = plain(f"{clip.position}. {format_time(moment.in_ms)} ", "bold")
    row.append_text(one_line(clip.why or moment.note))
    row.no_wrap, row.overflow = True, "ellipsis"
    return row


def principles(file: CaseFile, pack: Pack, moment: Moment) -> str:
    """The principles seen in a moment, in the pack's words."""
    return ", ".join(principle_words(pack, tag) for tag in file.principles_of(moment.id))


def facts(file: CaseFile, pack: Pack, moment: Moment) -> Text:
    """Marks, turn-taking, goal and principles of a moment, with the keys that change them."""
    text = Text(no_wrap=True, overflow="ellipsis")
    text.append(f"{sign(moment.state.value)} {moment.state.value}", "bold")
    text.append(f"  {format_time(moment.in_ms, decimals=3)}")
    if not moment.still:
        text.append(f" – {format_time(moment.out_ms, decimals=3)}  {format_length(moment.length_ms)}")
    goal = next((one for one in file.goals if one.id == moment.goal_id), None)
    received = next((one.words for one in pack.receptions if one.id == moment.reception), moment.reception)
    for label, words in (
        ("starts (w)", role_word(pack, moment.initiator)),
        ("received (h)", received),
        ("goal (g)", goal.words if goal else ""),
        ("principles (1…6)", principles(file, pack, moment)),
    ):
        text.append(f"\n{label} ", "dim").append_text(one_line(words or "–"))
    return text
