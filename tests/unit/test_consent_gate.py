"""The one gate that every use of a film goes through."""

from datetime import timedelta

import pytest

from vigtui.domain.consent import Purpose
from vigtui.domain.errors import ConsentMissing, NotFound, NotSensible
from vigtui.domain.film import FilmPerson
from vigtui.domain.person import Role
from vigtui.services import consent, people


def gate(desk, *films, purpose=Purpose.THERAPY) -> consent.Gate:
    return consent.gate(desk.file, [film.id for film in films], purpose, desk.today)


def reasons(found: consent.Gate) -> list[tuple[str, str]]:
    return [(one.name, one.why) for one in found.missing]


def test_a_film_in_which_nobody_is_named_is_refused(desk):
    found = gate(desk, desk.film(seen=()))
    assert not found.is_open
    assert [name for name, _ in reasons(found)] == ["Film 1"]
    assert "nobody is named as seen in it" in found.sentence
    assert "F4" in found.sentence


def test_no_films_need_no_consent(desk):
    assert gate(desk).is_open


def test_everyone_seen_must_have_agreed_and_nobody_else(desk):
    film = desk.film(seen=(desk.anna, desk.mia))
    assert reasons(gate(desk, film)) == [("Anna", "none was recorded"), ("Mia", "none was recorded")]
    desk.do(consent.give, desk.anna, Purpose.THERAPY, "Anna")
    assert reasons(gate(desk, film)) == [("Mia", "none was recorded")]
    desk.do(consent.give, desk.mia, Purpose.THERAPY, "Anna", assent="nodded")
    desk.add(people.add_person, Role.OTHER, "Opa")
    assert gate(desk, film).is_open


def test_a_bystander_must_have_agreed_too(desk):
    desk.agree()
    neighbour = desk.add(people.add_person, Role.OTHER, "neighbour", bystander=True)
    assert reasons(gate(desk, desk.film(seen=(desk.anna, neighbour)))) == [("neighbour", "none was recorded")]


def test_purposes_are_apart(desk):
    film = desk.film()
    desk.agree(Purpose.THERAPY)
    assert [purpose for purpose in Purpose if gate(desk, film, purpose=purpose).is_open] == [Purpose.THERAPY]


def test_a_consent_ends_and_another_begins(desk):
    film = desk.film(seen=(desk.mia,))
    day = desk.today
    desk.do(consent.give, desk.mia, Purpose.THERAPY, "Anna", on=day + timedelta(days=2), until=day + timedelta(days=4))
    seen = []
    for _ in range(6):
        seen.append(reasons(gate(desk, film))[0][1] if not gate(desk, film).is_open else "open")
        desk.later(1)
    assert seen == [f"it begins on {day + timedelta(days=2)}"] * 2 + ["open"] * 3 + [
        f"it ran out on {day + timedelta(days=4)}"
    ]


def test_withdrawing_freezes_use_at_once_and_a_new_yes_opens_it_again(desk):
    film = desk.film(seen=(desk.mia,))
    desk.do(consent.give, desk.mia, Purpose.THERAPY, "Anna")
    desk.do(consent.give, desk.mia, Purpose.THERAPY, "Anna")
    gone = desk.do(consent.withdraw, desk.mia, Purpose.THERAPY, "moved away")
    assert [(one.withdrawn_on, one.withdrawn_why) for one in gone] == [(desk.today, "moved away")] * 2
    assert reasons(gate(desk, film)) == [("Mia", f"it was withdrawn on {desk.today}")]
    desk.do(consent.give, desk.mia, Purpose.THERAPY, "Anna")
    assert gate(desk, film).is_open
    assert [words for action, words in desk.audit() if action == "consent withdrawn"] == ["Mia for therapy: moved away"]


def test_a_withdrawal_needs_words_and_something_to_withdraw(desk):
    with pytest.raises(NotFound, match="Mia has no consent for therapy to withdraw"):
        desk.do(consent.withdraw, desk.mia, Purpose.THERAPY, "moved")
    desk.do(consent.give, desk.mia, Purpose.THERAPY, "Anna")
    with pytest.raises(NotSensible, match="needs a few words"):
        desk.do(consent.withdraw, desk.mia, Purpose.THERAPY, "  ")
    assert desk.file.consents[0].withdrawn_on is None


@pytest.mark.parametrize("wrong", [{"by": " "}, {"by": "Anna", "until_days": -1}])
def test_a_consent_needs_somebody_who_gives_it_and_dates_in_order(desk, wrong):
    until = desk.today + timedelta(days=wrong["until_days"]) if "until_days" in wrong else None
    with pytest.raises(NotSensible):
        desk.do(consent.give, desk.mia, Purpose.THERAPY, wrong["by"], until=until)
    assert desk.file.consents == ()
    assert not [action for action, _ in desk.audit() if action == "consent given"]


def test_several_films_name_everybody_once(desk):
    one, two, three = desk.film(seen=(desk.mia,)), desk.film(seen=(desk.mia, desk.anna)), desk.film(seen=())
    desk.do(consent.give, desk.anna, Purpose.THERAPY, "Anna")
    assert [name for name, _ in reasons(gate(desk, one, two, three, one))] == ["Mia", "Film 3"]


def require(desk, film, subject="review-1", **details):
    return desk.do(
        consent.require, desk.file, [film.id], Purpose.THERAPY, use="shared review", subject=subject, **details
    )


def lines(desk) -> list[str]:
    return [words for action, words in desk.audit() if action == "shared review without consent"]


def test_a_refusal_names_person_purpose_and_the_key(desk):
    film = desk.film(seen=(desk.mia,))
    with pytest.raises(ConsentMissing) as refused:
        require(desk, film)
    assert refused.value.summary == "Consent is missing: Mia for therapy (none was recorded)."
    assert refused.value.remedy.startswith("Nothing was shown or copied.")
    assert "F2" in refused.value.remedy
    assert "c on a person" in refused.value.remedy
    assert lines(desk) == []


@pytest.mark.parametrize("blank", [None, "", " \n"])
def test_a_blank_reason_is_none(desk, blank):
    with pytest.raises(ConsentMissing):
        require(desk, desk.film(seen=(desk.mia,)), without_consent=blank)


def test_a_written_reason_lets_pass_and_is_kept(desk):
    film = desk.film(seen=(desk.mia,))
    found = require(desk, film, without_consent=" court order ")
    assert not found.is_open
    assert lines(desk) == ["Consent is missing: Mia for therapy (none was recorded). Reason: court order"]


def test_a_reason_stands_on_its_day_for_its_subject_and_for_whom_it_was_written(desk):
    film = desk.film(seen=(desk.mia,))
    require(desk, film, without_consent="court order")
    require(desk, film)
    with pytest.raises(ConsentMissing):
        require(desk, film, subject="review-2")
    with pytest.raises(ConsentMissing):
        desk.do(consent.require, desk.file, [film.id], Purpose.THERAPY, use="cutting a clip", subject="review-1")
    with pytest.raises(ConsentMissing):
        desk.do(consent.require, desk.file, [film.id], Purpose.TEACHING, use="shared review", subject="review-1")
    desk.do(
        lambda work: work.add(
            FilmPerson(id=work.new_id(), case_id=desk.case_id, film_id=film.id, person_id=desk.anna.id)
        )
    )
    with pytest.raises(ConsentMissing, match="Anna"):
        require(desk, film)
    assert len(lines(desk)) == 1
    desk.do(consent.give, desk.anna, Purpose.THERAPY, "Anna")
    desk.later(1)
    with pytest.raises(ConsentMissing):
        require(desk, film)


def test_an_open_gate_writes_nothing(desk):
    film = desk.film()
    desk.agree()
    before = desk.audit()
    assert require(desk, film, without_consent="not needed").is_open
    assert desk.audit() == before
