"""Cases and the people in them."""

import pytest

from vigtui.domain.case import Case
from vigtui.domain.clip import Clip
from vigtui.domain.consent import Consent, Purpose
from vigtui.domain.errors import LibraryError, NotFound, NotSensible
from vigtui.domain.film import FilmPerson
from vigtui.domain.person import Person, Role
from vigtui.services import cases, editing, people


def test_a_new_case_begins_with_a_cycle_a_plan_and_a_line_in_the_audit(desk):
    file = desk.file
    case = file.case
    assert (case.code, case.pack, case.opened_on, case.practitioner) == ("K17", "parent-child", desk.today, "RB")
    assert (case.planned_cycles, case.retention_days) == (3, 60)
    assert [(cycle.number, cycle.opened_on) for cycle in file.cycles] == [(1, desk.today)]
    assert file.plan(file.cycle_now.id).activity == ""
    assert ("case made", "K17") in desk.audit()


def test_details_of_a_new_case_are_kept_and_its_code_is_trimmed(desk):
    made = desk.do(cases.new_case, "  [Willow] 👩‍👧 ", desk.pack, practitioner="Jo", relationship="dyad")
    assert (made.code, made.practitioner, made.relationship) == ("[Willow] 👩‍👧", "Jo", "dyad")
    assert desk.library.read(lambda work: cases.find_case(work, " [Willow] 👩‍👧")) == made


def test_a_code_is_taken_once(desk):
    with pytest.raises(NotSensible, match="There is a case “K17” already"):
        desk.do(cases.new_case, " K17 ", desk.pack)
    assert len(desk.library.read(cases.load_all)) == 1


def test_a_code_changed_to_one_that_is_taken_is_refused_in_a_sentence(desk):
    other = desk.do(cases.new_case, "K18", desk.pack)
    with pytest.raises(LibraryError, match="There is one of that name already"):
        desk.do(lambda work: work.update(Case, other.id, code="K17"))
    assert [file.case.code for file in desk.library.read(cases.load_all)] == ["K17", "K18"]


def test_a_missing_case_says_which_there_are(desk):
    with pytest.raises(NotFound) as missing:
        desk.library.read(lambda work: cases.load_by_code(work, "K71"))
    assert (missing.value.summary, missing.value.remedy) == ("There is no case “K71”.", "The cases are: K17.")
    desk.do(lambda work: work.remove(Case, desk.case_id))
    with pytest.raises(NotFound, match="There is no case yet"):
        desk.library.read(lambda work: cases.find_case(work, "K17"))
    with pytest.raises(NotFound):
        _ = desk.file


def test_cycles_are_numbered_on_and_each_has_one_plan(desk):
    for number in (2, 3):
        assert desk.add(cases.open_cycle).number == number
    assert len({plan.cycle_id for plan in desk.file.plans}) == len(desk.file.plans) == 3


def test_a_loaded_case_holds_nothing_of_another(desk):
    other = desk.do(cases.new_case, "K18", desk.pack)
    desk.do(people.add_person, other.id, Role.CLIENT, "Anna")
    desk.clip(desk.film())
    file = desk.library.read(lambda work: cases.load(work, other.id))
    assert [person.name for person in file.people] == ["Anna"]
    assert (file.films, file.moments, file.clips, len(file.cycles)) == ((), (), (), 1)
    assert [one.case.code for one in desk.library.read(cases.load_all)] == ["K17", "K18"]


def test_a_pseudonym_is_taken_once_in_a_case(desk):
    with pytest.raises(NotSensible, match="There is a “Mia” in this case already"):
        desk.add(people.add_person, Role.SIBLING, " Mia ")
    with pytest.raises(NotSensible, match="There is a “Mia” in this case already"):
        desk.do(people.edit_person, desk.anna.id, name="Mia")
    assert [person.name for person in desk.file.people] == ["Anna", "Mia"]


def test_a_person_is_changed_and_may_keep_their_name(desk):
    changed = desk.do(people.edit_person, desk.mia.id, name="Mia", note="likes trains", bystander=True)
    assert (changed.name, changed.note, changed.bystander, changed.child) == ("Mia", "likes trains", True, True)
    assert desk.file.person(desk.mia.id) == changed


def test_a_person_is_found_by_name(desk):
    found = desk.library.read(lambda work: people.find_person(work, desk.case_id, " Mia "))
    assert found == desk.mia
    with pytest.raises(NotFound) as missing:
        desk.library.read(lambda work: people.find_person(work, desk.case_id, "Max"))
    assert missing.value.remedy == "The people of the case are: Anna, Mia."


async def test_a_person_removed_takes_their_consents_along_and_undo_brings_all_back(desk):
    film = desk.film()
    desk.agree()
    before = desk.file
    desk.do(people.remove_person, desk.mia.id)
    after = desk.file
    assert [person.name for person in after.people] == ["Anna"]
    assert {one.person_id for one in (*after.consents, *after.film_people)} == {desk.anna.id}
    assert after.seen_in(film.id) == (desk.anna,)
    assert await desk.library.undo(desk.case_id) == "Mia removed"
    assert desk.file == before
    with pytest.raises(NotFound):
        desk.do(people.remove_person, "nobody")


def test_one_field_is_set_and_named(desk):
    changed = desk.do(editing.set_field, Person, desk.mia.id, "note", "[shy]\r\nat first\x07", "note of Mia")
    assert changed.note == "[shy]\nat first"
    assert desk.file.person(desk.mia.id) == changed
    case = desk.do(editing.set_field, Case, desk.case_id, "setting", "home", "setting")
    assert desk.file.case == case


async def test_a_field_of_the_case_is_undone_with_the_case(desk):
    desk.do(editing.set_field, Case, desk.case_id, "setting", "home", "setting")
    assert await desk.library.undo(desk.case_id) == "setting changed"
    assert desk.file.case.setting == ""


@pytest.mark.parametrize(
    ("name", "value", "error"),
    [("name", " ", NotSensible), ("id", "other", NotSensible), ("case_id", "other", NotSensible)],
)
def test_a_field_that_is_refused_stays_as_it_was(desk, name, value, error):
    with pytest.raises(error):
        desk.do(editing.set_field, Person, desk.mia.id, name, value, "Mia")
    assert desk.file.person(desk.mia.id) == desk.mia


def test_setting_a_field_of_what_is_gone_is_told(desk):
    with pytest.raises(NotFound, match="That clip is no longer there"):
        desk.do(editing.set_field, Clip, "gone", "why", "x", "clip")


def test_what_nobody_gave_is_not_found_by_empty_fields(desk):
    desk.agree(Purpose.THERAPY)
    found = desk.library.read(lambda work: work.find(Consent, case_id=desk.case_id, until=None))
    assert len(found) == 2
    assert desk.library.read(lambda work: work.find(FilmPerson)) == []
