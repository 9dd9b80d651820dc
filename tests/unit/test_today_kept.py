"""What Today keeps of a case is what it would find by reading it whole, on every day."""

from datetime import timedelta

import pytest

from vigtui.domain.consent import Purpose
from vigtui.services import cases, consent, ending, goals, today
from vigtui.services.packs import SHIPPED, PackShelf

SHELF = PackShelf([])


def kept_and_whole(desk):
    """The lines as they are kept, and as reading every case gives them."""

    def job(work):
        lines, changed = today.lines(work, SHELF, work.today, most=0)
        return lines, changed, today.overview(cases.load_all(work), SHELF, work.today)

    return desk.library.read(job)


def keep(desk) -> None:
    def job(work):
        _, changed = today.lines(work, SHELF, work.today, most=0)
        today.keep(work, SHELF, work.today, changed)

    desk.library.change(job, remembered=False)


def test_what_is_kept_is_read_and_a_change_forgets_it(desk):
    keep(desk)
    lines, changed, whole = kept_and_whole(desk)
    assert not changed
    assert lines == whole
    desk.library.change(lambda work: goals.ask(work, desk.case_id, "How can I tell what Mia wants?"))
    assert kept_and_whole(desk)[1] == [desk.case_id]
    keep(desk)
    lines, changed, whole = kept_and_whole(desk)
    assert (lines, changed) == (whole, [])


@pytest.mark.parametrize("days", [0, 3, 16, 17, 29, 30, 31, 32, 80, 120])
def test_it_is_true_on_every_later_day(desk, days):
    def make(work):
        file = cases.load(work, desk.case_id)
        for person in file.people:
            consent.give(work, person, Purpose.THERAPY, "Anna", until=work.today + timedelta(days=30))
        ending.add_follow_up(work, desk.case_id, work.today + timedelta(days=31))

    desk.library.change(make)
    keep(desk)
    desk.now += timedelta(days=days)
    lines, changed, whole = kept_and_whole(desk)
    if not changed:
        assert lines == whole
    keep(desk)
    lines, changed, whole = kept_and_whole(desk)
    assert (lines, changed) == (whole, [])


def test_a_case_that_is_gone_leaves_nothing(desk):
    keep(desk)
    desk.library.change(lambda work: work.remove(cases.Case, desk.case_id))
    assert desk.library.read(lambda work: work.standings()) == {}


def test_another_text_of_the_pack_is_another_line(desk, tmp_path):
    own = tmp_path / "packs"
    shelf = PackShelf([own])

    def job(work):
        lines, changed = today.lines(work, shelf, work.today)
        today.keep(work, shelf, work.today, changed)
        return lines, changed

    file = desk.library.change(lambda work: cases.load(work, desk.case_id), remembered=False)
    shipped = (SHIPPED / f"{file.case.pack}.toml").read_text()
    assert desk.library.change(job, remembered=False)[1] == [desk.case_id]
    assert desk.library.change(job, remembered=False)[1] == []
    own.mkdir()
    for text in (shipped, shipped.replace("days_to_review = ", "days_to_review = 1"), "id = 'parent-child'\nno pack"):
        (own / "own.toml").write_text(text)
        lines, changed = desk.library.change(job, remembered=False)
        assert changed == [desk.case_id]
        assert lines == desk.library.read(lambda work: today.overview(cases.load_all(work), shelf, work.today))
        assert desk.library.change(job, remembered=False)[1] == []
    (own / "own.toml").unlink()
    (own / "another.toml").write_text(shipped.replace('id = "', 'id = "of-another-', 1))
    assert shelf.fingerprint(file.case.pack) == PackShelf([]).fingerprint(file.case.pack)


def test_the_pack_is_not_read_where_nothing_changed(desk):
    keep(desk)
    shelf = PackShelf([])
    assert desk.library.read(lambda work: today.lines(work, shelf, work.today))[1] == []
    assert not shelf._read
