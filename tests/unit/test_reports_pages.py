"""What stands on the review sheet, the record of strengths and the progress report, and what never does."""

from dataclasses import replace
from datetime import date

import pytest

from tests.support.builders import (
    QUESTION,
    SAMPLES,
    add_clip,
    add_film,
    add_question,
    build_house,
    give_consents,
    hold_review,
)
from tests.unit.test_papers import a_jpeg
from vigtui.domain.case import Ending
from vigtui.domain.clip import Clip, Place
from vigtui.domain.cycle import Cycle
from vigtui.domain.goal import Occasion, Rating
from vigtui.domain.measure import Measure
from vigtui.domain.moment import Moment, MomentState
from vigtui.domain.review import NoteKind
from vigtui.domain.supervision import Supervision
from vigtui.domain.wording import SENTENCES, Wording, wrong_wordings
from vigtui.papers import supervision_paper
from vigtui.reports import dutch, german
from vigtui.reports.case_summary import case_summary
from vigtui.reports.document import Chart, Facts, Group, Heading, Picture, Prompts, Table, lines_of
from vigtui.reports.progress import progress_report
from vigtui.reports.review_sheet import review_sheet
from vigtui.reports.strengths import strengths_record
from vigtui.reports.writing import Format, write, write_file
from vigtui.services import moments, reporting, supervision, wrap_up
from vigtui.services.prompts import ready_steps
from vigtui.services.supervision import BroughtCycle

ON = date(2026, 7, 2)
NOTES = (
    (NoteKind.QUOTE, "I was so angry then"),
    (NoteKind.STRENGTH, "I saw it with my own eyes"),
    (NoteKind.CONCERN, "a bruise on the arm"),
    (NoteKind.OWN, "mind my own pace"),
    (NoteKind.FEELING, "ashamed"),
)

TEXTS = [form for form in Format if form is not Format.PDF]


@pytest.fixture
def house(tmp_path):
    """Two cycles: the first held and closed, the second ready for its review."""
    made = build_house(tmp_path / "library")
    add_question(made, "We have five quiet minutes")
    give_consents(made)
    cycle = made.file.cycle_now
    clip = add_clip(made, add_film(made))
    hold_review(made, NOTES, clip.id)
    goal = made.file.goals[0]

    def first(work):
        wrap_up.gather(work, made_file, cycle)
        wrap_up.add_strength(work, made.case_id, cycle.id, SAMPLES[0])
        point = wrap_up.set_working_point(work, made.case_id, cycle.id, "Count to five first")
        work.update(type(point), point.id, noticed="It worked at breakfast")
        for goal_id, values in ((None, (3, 6)), (goal.id, (2, 5))):
            for occasion, value in zip((Occasion.FIRST, Occasion.AFTER), values, strict=True):
                work.add(
                    Rating(
                        id=work.new_id(),
                        case_id=made.case_id,
                        goal_id=goal_id,
                        cycle_id=cycle.id,
                        value=value,
                        rated_on=date(2026, 5, 1 if occasion is Occasion.FIRST else 14),
                        rater="Anna",
                        occasion=occasion,
                        comment="on a bad day it is a 1",
                    )
                )
        work.add(Measure(id=work.new_id(), case_id=made.case_id, name="Some scale", score=17.5, scored_on=ON))
        work.update(Cycle, cycle.id, minutes_filming=35, minutes_choosing=80)
        wrap_up.close_cycle(work, cycle.id)

    made_file = made.file
    made.change(first)
    film = add_film(made)
    chosen = [add_clip(made, film, start) for start in (10_000, 40_000)]

    def second(work):
        work.update(Clip, chosen[0].id, place=Place.EASY, why="warm to begin with")
        work.update(Clip, chosen[1].id, place=Place.BEST, opening_question="What do you like here?")
        moments.toggle_principle(work, chosen[0].moment_id, "receiving.smiles")
        hidden = moments.mark(work, film, 70_000, 75_000, note="shouts at her")
        moments.toggle_principle(work, hidden.id, "guiding.helps")
        moments.set_state(work, hidden, MomentState.PRIVATE, film.cycle_id)

    made.change(second)
    yield made
    made.library.close()


def sheet(house, form=Format.TEXT, cycle=None):
    file = house.file
    cycle = cycle or file.cycle_now
    return write(review_sheet(file, cycle, house.pack, ready_steps(file, cycle, house.pack), on=ON), form)


def record(house, form=Format.TEXT, pack=None, file=None):
    file = file or house.file
    pack = pack or house.pack
    return write(strengths_record(file, pack, reporting.figures(file, pack).lines, on=ON), form)


def progress(house, form=Format.TEXT):
    return write(progress_report(house.file, house.pack, reporting.figures(house.file, house.pack), on=ON), form)


def folded(words):
    return " ".join(words.split())


@pytest.mark.parametrize("form", TEXTS)
def test_the_sheet_holds_what_was_prepared(house, form):
    words = folded(sheet(house, form).replace("\\", ""))
    for part in (
        "K17, cycle 2",
        QUESTION,
        "5 (0 to 10)",
        "Count to five first",
        "It worked at breakfast",
        "easy",
        "warm to begin with",
        "What do you like here?",
        "looks back, smiles, nods",
        "What is Mia doing? What might Mia be telling you?",
        "30 to 57 minutes",
        "for a meeting of 60",
    ):
        assert part in words
    assert words.index("clip 1 (easy)") < words.index("clip 2 (best)")


def test_hints_on_the_sheet_are_marked_as_the_practitioners(house):
    words = folded(sheet(house))
    assert "(For the practitioner: Play it, then wait. Let Anna speak first.)" in words
    hints = [one.hint for one in ready_steps(house.file, house.file.cycle_now, house.pack) if one.hint]
    assert words.count("For the practitioner:") == len(hints)


@pytest.mark.parametrize("form", TEXTS)
def test_a_private_moment_is_on_no_page(house, form):
    for words in (sheet(house, form), record(house, form), progress(house, form)):
        assert "shouts" not in words
        assert "helps when help is needed" not in words


@pytest.mark.parametrize("form", TEXTS)
def test_the_record_holds_their_own_words_and_nothing_else(house, form):
    words = record(house, form).replace("\\", "")
    for part in (QUESTION, "I saw it with my own eyes", "Count to five first", "It worked at breakfast", "14 May 2026"):
        assert part in words
    assert "From 3 to 6, on a scale from 0 to 10" in words
    assert words.count("I saw it with my own eyes") == 1
    spoken = [words for kind, words in NOTES if kind is not NoteKind.STRENGTH]
    principles = [part for level in house.pack.levels for part in (level.name, level.id + ".")]
    for never in (*spoken, *principles, "bad day", "Some scale", "17.5", "warm to begin with", "K17", "spoon"):
        assert never not in words


def test_the_record_has_large_type_and_the_familys_language(house):
    written = record(house, Format.HTML)
    assert "font: 15pt" in written
    assert "<svg" in written
    assert "For Anna and Mia" in written
    for language, title in (("nl", "Wat we samen hebben gezien"), ("de-AT", "Was wir zusammen gesehen haben")):
        words = record(house, Format.HTML, replace(house.pack, language=language))
        assert title in words
        assert f'<html lang="{language[:2]}">' in words
        assert "{" not in words.partition("<body>")[2]
    assert "What we saw together" in record(house, pack=replace(house.pack, language="fi"))


def documents(house, pack):
    """All papers of a case."""
    file, cycle = house.file, house.file.cycle_now
    figures = reporting.figures(file, pack)
    meeting = Supervision(id="s", held_on=ON, supervisor="Kim", minutes=90, question="?", self_rating="!")
    brought = [BroughtCycle(file, one, supervision.clips_of(file, one.id)) for one in file.cycles]
    return (
        review_sheet(file, cycle, pack, ready_steps(file, cycle, pack), on=ON),
        strengths_record(file, pack, figures.lines, on=ON, pictures=[Picture(a_jpeg(), 64, 36, "")]),
        progress_report(file, pack, figures, on=ON),
        case_summary(file, pack, figures, on=ON),
        supervision_paper(meeting, [(one, pack) for one in brought], ON),
    )


def said_by_us(blocks):
    """Headings, labels and columns: what a paper says around the words of the case."""
    for one in blocks:
        match one:
            case Heading():
                yield one.words
            case Facts():
                yield from (name for name, _ in one.rows)
            case Table():
                yield from (name for name in one.columns if name and not name.isdigit())
            case Prompts():
                yield one.aside
            case Chart():
                yield one.scale
            case Group():
                yield from said_by_us(one.blocks)


def test_everything_that_papers_say_is_in_the_language_of_the_pack(house):
    marked = tuple(Wording(says, f"⟦{says}⟧") for says in SENTENCES)
    for document in documents(house, replace(house.pack, language="fr", papers=marked)):
        assert document.language == "fr"
        ours = [document.title, document.foot, *said_by_us(document.blocks)]
        assert not [words for words in ours if "⟦" not in words]


@pytest.mark.parametrize(
    ("language", "words", "headings"),
    [
        ("de", german.WORDS, ("Zusammenfassung des Falls", "Personen, und worin sie eingewilligt haben", "Gespräche")),
        ("nl", dutch.WORDS, ("Samenvatting van de casus", "Personen, en waarmee ze hebben ingestemd", "Gesprekken")),
    ],
)
def test_german_and_dutch_say_all_that_papers_say(house, language, words, headings):
    assert words.keys() == SENTENCES.keys()
    assert not list(wrong_wordings([Wording(*one) for one in words.items()]))
    pages = documents(house, replace(house.pack, language=language))
    for form in Format:
        assert all(write_file(document, form) for document in pages)
    summary = write(pages[3], Format.HTML)
    assert f'<html lang="{language}">' in summary
    assert not [words for words in headings if words not in summary]
    own = replace(house.pack, language=language, papers=(Wording("Case summary", "Own words"),))
    assert "Own words" in write(documents(house, own)[3], Format.TEXT), "a pack's own words do not go first"


def test_cases_of_several_languages_share_a_page_in_english(house):
    german_one = replace(house.pack, language="de")
    cycles = [BroughtCycle(house.file, one, ()) for one in house.file.cycles]
    meeting = Supervision(id="s", held_on=ON, supervisor="Kim", minutes=90)
    both = supervision_paper(meeting, list(zip(cycles, (house.pack, german_one), strict=True)), ON)
    one = supervision_paper(meeting, [(cycle, german_one) for cycle in cycles], ON)
    assert (both.title, one.title) == ("Supervision", "Supervision")
    assert ("What I take along" in write(both, Format.TEXT), "Was ich mitnehme" in write(one, Format.TEXT)) == (
        True,
        True,
    )


def test_the_ending_adds_only_what_is_new(house):
    record_of = "I saw it with my own eyes\nCount to five first\n\nWe are [two] of a kind"
    ending = Ending(id="e", case_id=house.case_id, ended_on=ON, strengths_record=record_of)
    words = record(house, file=replace(house.file, endings=(ending,)))
    assert "To take along\n-------------\n\n  | We are [two] of a kind\n" in words
    assert words.count("I saw it with my own eyes") == 1


def test_the_record_can_be_told_up_to_a_cycle(house):
    cycle = house.file.cycle_now
    house.change(lambda work: wrap_up.add_strength(work, house.case_id, cycle.id, "later words"))
    assert "later words" in record(house)
    assert "later words" not in record(house, file=reporting.upto(house.file, 1))


@pytest.mark.parametrize("form", TEXTS)
def test_progress_counts(house, form):
    words = folded(progress(house, form).replace("\\", "").replace("**", ""))
    for part in ("Meetings held", "Filmed", "2.3 minutes", "+3, as rated by Anna", "looks back, smiles, nods", "80"):
        assert part in words
    assert "bad day" not in words


def test_many_cycles_and_clips_fit_the_page(house):
    film = house.file.films[-1]
    for n in range(18):
        add_clip(house, film, 15_000 + n * 1_000)
    cycles = tuple(
        replace(house.file.cycles[0], id=f"c{n}", number=n, closed_on=None, minutes_filming=123) for n in range(3, 24)
    )
    file = replace(house.file, cycles=(*house.file.cycles, *cycles))
    words = write(progress_report(file, house.pack, reporting.figures(file, house.pack), on=ON), Format.TEXT)
    assert max(map(len, words.splitlines())) <= 80
    assert words.count("Step, by cycle") == 3
    words = sheet(house)
    assert max(map(len, words.splitlines())) <= 80
    assert "clip 20, 8 to 15 min" in words


@pytest.mark.parametrize("form", TEXTS)
def test_an_empty_case_has_pages_too(tmp_path, form):
    made = build_house(tmp_path / "empty")
    try:
        assert "no clip on the shortlist yet" in sheet(made, form)
        assert "Nothing has been written down yet" in record(made, form)
        assert "Nothing was rated yet" in progress(made, form)
    finally:
        made.library.close()


@pytest.mark.parametrize("words", SAMPLES)
def test_odd_words_come_back_as_they_are(house, words):
    cycle, clip = house.file.cycle_now, house.file.clips[-1]

    def write_down(work):
        wrap_up.add_strength(work, house.case_id, cycle.id, words)
        work.update(Clip, clip.id, why=words)
        work.update(Moment, clip.moment_id, note=words)

    house.change(write_down)
    (kept,) = lines_of(words)
    assert f"  | {kept}\n" in record(house)
    assert f"Why chosen        {kept}\n" in sheet(house)
