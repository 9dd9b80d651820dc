import pytest

from tests.support.builders import SAMPLES, TODAY, add_clip, add_film, add_question, give_consents, hold_review
from tests.support.waiting import screen_text, settled, until
from vigtui.domain.consent import Purpose
from vigtui.domain.goal import Occasion
from vigtui.domain.review import NoteKind
from vigtui.services import wrap_up

SIZE = (80, 24)
NOTES = (
    (NoteKind.QUOTE, "I waited [for her]"),
    (NoteKind.STRENGTH, "I can wait"),
    (NoteKind.WOW, ""),
    (NoteKind.CONCERN, "no sleep at home"),
)


@pytest.fixture
def reviewed(house):
    """A cycle after its review, with a clip."""
    add_question(house, "looks up")
    clip = add_clip(house, add_film(house))
    hold_review(house, NOTES, clip.id)
    return house


def words_of(house):
    return [one.words for one in house.file.strengths]


def prompts(records):
    return [records.get_option_at_index(i).prompt.plain for i in range(records.option_count)]


async def test_strengths_of_the_review_appear_by_themselves_and_concerns_stay_apart(reviewed):
    app = reviewed.app()
    async with app.run_test(size=SIZE) as pilot:
        screen = await reviewed.open(app, "wrap-up")
        await until(lambda: words_of(reviewed) == ["I can wait"])
        await until(lambda: "I can wait" in prompts(screen.query_one("#strengths"))[0])
        said = "\n".join(prompts(screen.query_one("#said")))
        assert "I waited [for her]  clip 1, 00:13.0" in said
        assert "no sleep at home" not in said
        assert "no sleep at home" in screen.query_one("#concerns").content.plain
        await pilot.press("x")
        await until(lambda: words_of(reviewed) == [])
        await reviewed.open(app, "wrap-up")
        await pilot.pause()
        assert words_of(reviewed) == []
        assert [note.kind for note in reviewed.file.review_notes if note.words == "I can wait"] == [NoteKind.QUOTE]
        await pilot.press("u")
        await until(lambda: words_of(reviewed) == ["I can wait"])


async def test_a_quote_is_taken_word_for_word_and_only_once(reviewed):
    app = reviewed.app()
    async with app.run_test(size=SIZE) as pilot:
        screen = await reviewed.open(app, "wrap-up")
        await until(lambda: words_of(reviewed))
        await pilot.press("g", "1")
        await until(lambda: "I waited [for her]" in words_of(reviewed) and app.screen is screen)
        await pilot.press("g")
        await pilot.pause()
        assert app.screen is screen
        screen.query_one("#said").focus()
        await pilot.press("enter")
        await pilot.pause()
        assert len(words_of(reviewed)) == 2


async def test_words_come_back_exactly(reviewed):
    app = reviewed.app()
    fields = dict(zip(("activity", "place", "theme"), SAMPLES, strict=False))
    notes = dict(zip(("working-point", "feedback"), SAMPLES[2:], strict=True))
    async with app.run_test(size=(140, 45)) as pilot:
        screen = await reviewed.open(app, "wrap-up")
        for name, words in fields.items():
            screen.query_one(f"#{name} Input").value = words
        for name, words in notes.items():
            screen.query_one(f"#{name} TextArea").text = words
        await settled(pilot)
        for words in SAMPLES:
            screen.query_one("#strengths").focus()
            await pilot.press("a")
            app.screen._editors["words"].value = words
            await pilot.press("f10")
            await until(lambda: app.screen is screen)
        again = await reviewed.open(app, "wrap-up")
        await until(lambda: again.query_one("#strengths").option_count == 1 + len(SAMPLES))
        assert {name: again.query_one(f"#{name} Input").value for name in fields} == fields
        assert {name: again.query_one(f"#{name} TextArea").text for name in notes} == notes
        assert prompts(again.query_one("#strengths"))[1:] == [f" {words}" for words in SAMPLES]
    file = reviewed.file
    plan = file.plan(file.cycle(2).id)
    assert {name: getattr(plan, name) for name in fields} == fields
    assert [file.working_points[0].words, file.cycle(1).feedback] == list(notes.values())
    assert words_of(reviewed)[1:] == list(SAMPLES)


async def test_the_next_cycle_is_made_only_when_something_is_typed(reviewed):
    app = reviewed.app()
    async with app.run_test(size=SIZE) as pilot:
        screen = await reviewed.open(app, "wrap-up")
        activity = screen.query_one("#activity Input")
        activity.focus()
        activity.value = " "
        activity.value = ""
        await settled(pilot)
        assert len(reviewed.file.cycles) == 1
        activity.value = "bath time"
        await until(lambda: len(reviewed.file.cycles) == 2)
        await screen.action_undo()
        await until(lambda: len(reviewed.file.cycles) == 1 and activity.value == "")


async def test_minutes_are_whole_numbers(reviewed):
    app = reviewed.app()
    async with app.run_test(size=SIZE) as pilot:
        screen = await reviewed.open(app, "wrap-up")
        minutes = screen.query_one("#minutes-choosing Input")
        minutes.focus()
        minutes.value = "an hour"
        await until(lambda: "“an hour” is not a" in screen_text(app))
        assert "“an hour” is not a whole number." in screen.query_one("#minutes-choosing").refused
        minutes.value = "-5"
        await until(lambda: "goes from 0 to 10000, not -5" in screen.query_one("#minutes-choosing").refused)
        minutes.value = "75"
        await settled(pilot)
        assert reviewed.file.cycles[0].minutes_choosing == 75
        minutes.value = ""
        await settled(pilot)
        assert reviewed.file.cycles[0].minutes_choosing == 0


async def test_clips_the_client_keeps_tell_whose_consent_is_missing(reviewed):
    app = reviewed.app()
    async with app.run_test(size=(140, 45)) as pilot:
        screen = await reviewed.open(app, "wrap-up")
        keeps = screen.query_one("#keeps")
        keeps.focus()
        await pilot.press("space")
        await until(lambda: reviewed.file.clips[0].client_keeps)
        assert "Anna for own-copy (none was recorded)" in prompts(keeps)[0]
        give_consents(reviewed, Purpose.OWN_COPY)
        await screen.reload()
        assert "Consent is missing" not in prompts(keeps)[0]
        await pilot.press("enter")
        await until(lambda: not reviewed.file.clips[0].client_keeps)


async def test_rating_after_the_review(reviewed):
    app = reviewed.app()
    async with app.run_test(size=SIZE) as pilot:
        screen = await reviewed.open(app, "wrap-up")
        await pilot.press("r", "7", "down", "5", "f10")
        await until(lambda: app.screen is screen)
        assert [(one.value, one.occasion) for one in reviewed.file.ratings] == [
            (7, Occasion.AFTER),
            (5, Occasion.AFTER),
        ]
        assert "question" in screen.query_one("#chart").content.plain


async def test_closing_goes_on_with_the_next_cycle_and_needs_a_working_point(reviewed):
    app = reviewed.app()
    async with app.run_test(size=SIZE, notifications=True) as pilot:
        screen = await reviewed.open(app, "wrap-up")
        await pilot.press("f10")
        await until(lambda: "There is no working point yet." in screen_text(app))
        assert app.screen is screen
        screen.query_one("#working-point TextArea").text = "wait a breath longer"
        await pilot.press("f10")
        await until(lambda: app.screen.here == "film" and app.screen.cycle.number == 2)
        assert reviewed.file.cycle(1).closed_on == TODAY
        assert reviewed.file.working_points[0].words == "wait a breath longer"
        await reviewed.open(app, "wrap-up", 1)
        await until(lambda: f"Cycle 1 was closed on {TODAY}." in screen_text(app))
        await pilot.press("f10")
        await until(lambda: "Cycle 1 is closed already." in screen_text(app))


async def test_an_empty_cycle_says_what_to_do(house):
    app = house.app()
    async with app.run_test(size=(140, 45)) as pilot:
        await house.open(app, "wrap-up")
        await pilot.pause()
        shown = screen_text(app)
        assert "a writes one down" in shown
        assert "F5 chooses some" in shown
        await pilot.press("g")
        assert words_of(house) == []


def test_a_working_point_is_taken_away_by_blank_words(reviewed):
    cycle_id = reviewed.file.cycles[0].id
    for words in ("wait", "  "):
        reviewed.change(lambda work, words=words: wrap_up.set_working_point(work, reviewed.case_id, cycle_id, words))
    assert reviewed.file.working_points == ()
