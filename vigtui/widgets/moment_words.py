"""A moment in words: its row in a list, and what was seen in it. Shared by the workbench and the page for supervision."""

from rich.text import Text

from vigtui.domain.casefile import CaseFile
from vigtui.domain.clip import Clip
from vigtui.domain.moment import Moment
from vigtui.domain.packs import Pack
from vigtui.domain.timecode import format_length, format_time
from vigtui.services.prompts import principle_words, role_word
from vigtui.services.sifting import Sieve
from vigtui.widgets.words import one_line, plain, sign


def moment_row(file: CaseFile, pack: Pack, moment: Moment) -> Text:
    """Where it begins, how long it is, what it is for, and its note or its principles."""
    length = f"  {sign('still')} " if moment.still else f"{moment.length_ms / 1000:4.1f}"
    row = plain(f"{format_time(moment.in_ms)} {length} ")
    row.append(f"{sign(moment.state.value)} ", "bold")
    row.append_text(one_line(moment.note or principles(file, pack, moment), "" if moment.note else "dim"))
    row.no_wrap, row.overflow = True, "ellipsis"
    return row


def moment_card(file: CaseFile, pack: Pack, moment: Moment) -> Text:
    """The same on several lines, to stand beside its still."""
    length = "still" if moment.still else format_length(moment.length_ms)
    card = plain(f"{format_time(moment.in_ms)}  {length}  ")
    card.append(f"{sign(moment.state.value)}\n", "bold")
    card.append_text(one_line(moment.note))
    if tags := principles(file, pack, moment):
        card.append("\n" if moment.note else "").append_text(one_line(tags, "dim"))
    return card


def sieve_words(pack: Pack, sieve: Sieve, count: int) -> Text:
    """Which moments are listed, in words."""
    level = next((one.name for one in pack.levels if sieve.principle == f"{one.id}."), "")
    principle = level or (principle_words(pack, sieve.principle) if sieve.principle else "")
    said = [principle, sieve.state, role_word(pack, sieve.initiator) if sieve.initiator else "", sieve.words.strip()]
    text = Text(no_wrap=True, overflow="ellipsis")
    text.append(f"{count} listed (F): ", "bold reverse")
    return text.append_text(one_line(", ".join(one for one in said if one)))


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
    """Marks, turn-taking, goal and principles of a moment, on two lines, with the keys that change them."""
    text = Text(no_wrap=True, overflow="ellipsis")
    text.append(f"{sign(moment.state.value)} {moment.state.value}", "bold")
    text.append(f"  {format_time(moment.in_ms, decimals=3)}")
    if not moment.still:
        text.append(f" – {format_time(moment.out_ms, decimals=3)}  {format_length(moment.length_ms)}")
    goal = next((one for one in file.goals if one.id == moment.goal_id), None)
    received = next((one.words for one in pack.receptions if one.id == moment.reception), moment.reception)
    before = "  "
    for label, words, after in (
        ("w", role_word(pack, moment.initiator), " "),
        ("h", received, "\n"),
        ("g", goal.words if goal else "", "  "),
        ("1…6", principles(file, pack, moment), ""),
    ):
        text.append(f"{before}{label} ", "dim").append_text(one_line(words or "–"))
        before = after
    return text
