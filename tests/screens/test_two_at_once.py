"""Two programs in one library: each sees what the other does, and neither overwrites the other's words."""

import pytest

from tests.support.builders import NOW, House
from tests.support.waiting import on_top, screen_text, settled, until
from vigtui.domain.case import Case
from vigtui.screens.dialogs import FormDialog
from vigtui.services import editing, goals, people
from vigtui.store.database import Library


@pytest.fixture
def other(house):
    """A colleague's program on the same library."""
    library = Library(house.library.folder, actor="LK", clock=lambda: NOW)
    yield library
    library.close()


def write(house: House, other: Library, name: str, words: str) -> None:
    other.change(lambda work: editing.set_field(work, Case, house.case_id, name, words, name))


def of(house: House, other: Library, name: str) -> str:
    return getattr(other.read(lambda work: work.get(Case, house.case_id)), name)


def field_of(screen, label: str):
    from vigtui.widgets.fields import Field

    return next(one for one in screen.query(Field) if one.label == label)


async def test_what_the_other_writes_shows_within_two_seconds(house, other):
    app = house.app()
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await house.open(app, "case")
        await pilot.pause()
        write(house, other, "setting", "nursery")
        await until(lambda: field_of(screen, "Setting").value == "nursery", limit=2.0)


@pytest.mark.parametrize(
    ("label", "name", "between"),
    [("Setting", "setting", " / "), ("Reason, in the client's words", "reason_client", "\n")],
)
async def test_one_field_edited_by_both_keeps_both_texts_and_says_so(house, other, label, name, between):
    app = house.app()
    async with app.run_test(size=(140, 45), notifications=True) as pilot:
        screen = await house.open(app, "case")
        await pilot.pause()
        field = field_of(screen, label)
        field.editor.focus()
        await pilot.pause()
        field.put("at home")
        write(house, other, name, "nursery")
        field.key_typed()
        await settled(pilot)
        both = f"at home{between}nursery"
        assert of(house, other, name) == both
        assert field.value == both
        await pilot.press("!")
        await settled(pilot)
        assert "Somebody else wrote here" in screen_text(app), "typing on does not take it away"
        assert of(house, other, name).replace("!", "") == both, "and typing goes on"


@pytest.mark.parametrize("question", ["", "How can I wait?"])
async def test_a_helping_question_reworded_by_both_keeps_both_texts_and_says_so(house, other, question):
    """Each wording is a record of its own, so that no field of one record is written twice."""
    if question:
        other.change(lambda work: goals.ask(work, house.case_id, question))
    app = house.app()
    async with app.run_test(size=(140, 45), notifications=True) as pilot:
        screen = await house.open(app, "goals")
        await pilot.pause()
        field = screen.query_one("#question")
        field.editor.focus()
        await pilot.pause()
        field.put(f"mine {question}".strip())
        other.change(lambda work: goals.ask(work, house.case_id, f"theirs {question}".strip()))
        field.key_typed()
        await settled(pilot)
        assert "mine" in field.value
        assert "theirs" in field.value
        assert house.file.question.words == field.value
        await pilot.press("!")
        await settled(pilot)
        assert "Somebody else wrote here" in screen_text(app)
        assert house.file.question.words == field.value
        assert "!" in field.value


async def test_one_record_edited_in_two_forms_keeps_both_texts_and_says_so(house, other):
    """A form writes all of its fields when it is kept; what was changed elsewhere meanwhile stays, touched here or not."""
    anna = house.file.people[0]
    details = {"child": False, "responsibility": True, "bystander": False}
    app = house.app()
    async with app.run_test(size=(140, 45), notifications=True) as pilot:
        screen = await house.open(app, "case")
        screen.query_one("#people").focus()
        await pilot.press("enter")
        await on_top(app, FormDialog)
        form = app.screen
        form._editors["note"].value = "waits"
        other.change(
            lambda work: people.edit_person(work, anna.id, name="Anna B", role=anna.role, note="comes late", **details)
        )
        await pilot.press("f10")
        await until(lambda: app.screen is screen)
        kept = house.file.people[0]
        assert (kept.name, kept.note) == ("Anna B", "waits / comes late")
        await until(lambda: "Both texts are kept" in screen_text(app))
        await screen.action_undo()
        assert house.file.people[0].note == "comes late"
        await screen.action_undo()
        assert house.file.people[0].note == ""


@pytest.mark.parametrize("question", ["", "How can I wait?"])
async def test_each_wording_of_a_question_that_met_can_be_read_and_taken_back(house, other, question):
    """What was worded before they met stands below the field; what they met with is a part of what they worded then."""
    if question:
        other.change(lambda work: goals.ask(work, house.case_id, question))
    app = house.app()
    async with app.run_test(size=(140, 45)) as pilot:
        screen = await house.open(app, "goals")
        await pilot.pause()
        field = screen.query_one("#question")
        field.editor.focus()
        await pilot.pause()
        field.put("mine alone")
        field.key_typed()
        await until(lambda: house.file.question and house.file.question.words == "mine alone")
        field.put("quite another of mine")
        other.change(lambda work: goals.ask(work, house.case_id, "theirs alone"))
        field.key_typed()
        await settled(pilot)
        worded = [one.words for one in house.file.questions]
        assert "mine alone" in worded
        assert "theirs alone" not in worded, "it is a part of what both worded"
        assert "quite another of mine" in field.value
        assert "theirs alone" in field.value
        assert worded[-1] == field.value
        earlier = screen.query_one("#earlier").content.plain
        assert all(words in earlier for words in worded[:-1])
        changes = await house.library.history(house.case_id)
        assert {one.actor for one in changes if "question" in one.label} == {"RB", "LK"}
        await screen.action_undo()
        assert house.file.question.words == "theirs alone"


async def test_two_who_word_a_question_for_a_while_find_one_wording(house, other):
    """One at most where each began, not one for every few letters that either typed."""
    other.change(lambda work: goals.ask(work, house.case_id, "How can I wait?"))
    apps = [house.app(), House(other, house.packs, house.case_id).app()]
    async with apps[0].run_test(size=(140, 45)) as one, apps[1].run_test(size=(140, 45)) as two:
        fields = []
        for app, pilot in zip(apps, (one, two), strict=True):
            with app._context():
                screen = await house.open(app, "goals")
            await pilot.pause()
            fields.append(screen.query_one("#question"))
            fields[-1].editor.focus()
            await pilot.press("ctrl+end")
        for a, b in zip("abcd", "wxyz", strict=True):
            for pilot, field, letter in ((one, fields[0], a), (two, fields[1], b)):
                await pilot.press(letter)
                await settled(pilot)
                for app, each in zip(apps, fields, strict=True):
                    with app._context():
                        each.screen._version = None
                        await each.screen.look_for_others()
                assert field.value == house.file.question.words
        worded = [asked.words for asked in house.file.questions]
        assert worded[0] == "How can I wait?"
        assert len(worded) <= 3, worded
        assert sorted(set("abcdwxyz") & set(worded[-1])) == sorted("abcdwxyz")


async def test_changes_at_different_places_are_both_made_and_it_is_said_so(house, other):
    write(house, other, "setting", "Mia waits.")
    app = house.app()
    async with app.run_test(size=(140, 45), notifications=True) as pilot:
        screen = await house.open(app, "case")
        await pilot.pause()
        field = field_of(screen, "Setting")
        field.put("Mia waits. She looks.")
        write(house, other, "setting", "Little Mia waits.")
        field.key_typed()
        await settled(pilot)
        assert of(house, other, "setting") == "Little Mia waits. She looks."
        assert "Somebody else wrote here" in screen_text(app)
        assert "“Setting”: Both texts are kept" in screen_text(app)


async def test_two_apps_that_type_in_one_field_end_with_the_same_text_and_every_letter(house, other):
    apps = [house.app(), House(other, house.packs, house.case_id).app()]
    async with apps[0].run_test(size=(140, 45)) as one, apps[1].run_test(size=(140, 45)) as two:
        fields = []
        for app, pilot in zip(apps, (one, two), strict=True):
            with app._context():
                screen = await house.open(app, "case")
            await pilot.pause()
            fields.append(field_of(screen, "Reason, in the client's words"))
            fields[-1].editor.focus()
            await pilot.pause()
        for a, b in zip("abcd", "wxyz", strict=True):
            await one.press(a)
            await two.press(b)
        await settled(one)
        await settled(two)
        for app, field in zip(apps, fields, strict=True):
            with app._context():  # a look of its own, which the timer takes once a second
                field.screen._version = None
                await field.screen.look_for_others()
        await until(lambda: fields[0].value == fields[1].value, limit=5)
        assert sorted(fields[0].value.replace("\n", "")) == sorted("abcdwxyz")


async def test_a_question_asked_elsewhere_comes_into_the_empty_field_that_has_the_focus(house, other):
    app = house.app()
    async with app.run_test(size=(140, 45)) as pilot:
        screen = await house.open(app, "goals")
        field = screen.query_one("#question")
        await until(lambda: field.editor.has_focus)
        other.change(lambda work: goals.ask(work, house.case_id, "How can I wait?"))
        await until(lambda: field.value == "How can I wait?", limit=3)
        await pilot.press("ctrl+u", *(["backspace"] * 20), *(["delete"] * 20))
        await settled(pilot)
        assert field.value == "", "wiped out to type another"
        await pilot.press("N", "o")
        await until(lambda: house.file.question.words == "No")
