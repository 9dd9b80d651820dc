"""Every record can be written and read back as it was."""

from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import settings as tries
from hypothesis import strategies as st

from tests.support.libraries import NOW, query
from tests.support.records import as_kept, records, texts
from vigtui.domain.audit import AuditEntry
from vigtui.domain.case import Case
from vigtui.domain.clip import Clip
from vigtui.domain.cycle import Cycle
from vigtui.domain.errors import LibraryError, NotFound, NotSensible
from vigtui.domain.film import Film
from vigtui.domain.goal import Goal
from vigtui.domain.moment import Moment
from vigtui.domain.person import Person, Role
from vigtui.domain.record import CaseRecord
from vigtui.domain.review import NoteKind, Review, ReviewNote
from vigtui.domain.supervision import Supervision
from vigtui.store.codec import field_types, to_cell
from vigtui.store.database import Library
from vigtui.store.tables import TABLES

SQL_TYPES = {bool: "INTEGER", int: "INTEGER", float: "REAL"}


class TakenBack(Exception):
    """Ends a change so that the next example finds the library as it was."""


@pytest.fixture(scope="module")
def parents(tmp_path_factory):
    """A library, and ids of records in it by the name of the field that points to them."""
    library = Library(tmp_path_factory.mktemp("codec") / "library", actor="RB")
    here = {"case_id": "case"}
    old = [
        Case(id="case", code="K17", pack="p", opened_on=NOW.date()),
        Person(id="person", **here, role=Role.CHILD, name="Mia of the first row"),
        Goal(id="goal", **here, position=1, words="wait"),
        Cycle(id="old", **here, number=998, opened_on=NOW.date()),
        Cycle(id="cycle", **here, number=999, opened_on=NOW.date()),
        Film(
            id="film", **here, cycle_id="old", number=1, location="f", original_name="f", sha256="0" * 64,
            size_bytes=1, added_at=NOW,
        ),
        Moment(id="moment", **here, film_id="film", in_ms=1, out_ms=2),
        Clip(id="clip", **here, cycle_id="old", moment_id="moment", position=1),
        Review(id="review", **here, cycle_id="old"),
        ReviewNote(id="note", **here, review_id="review", kind=NoteKind.WOW, written_at=NOW),
        Supervision(id="supervision", held_on=NOW.date(), supervisor="Eva", minutes=60),
    ]  # fmt: skip
    library.change(lambda work: [work.add(record) for record in old])
    ids = ("case", "person", "goal", "cycle", "film", "moment", "clip", "review", "supervision")
    yield library, {**{f"{one}_id": one for one in ids}, "review_note_id": "note"}
    library.close()


def in_passing(library, job):
    """Run a job in a change and take it back; what it returned."""
    found = []

    def and_back(work):
        found.append(job(work))
        raise TakenBack

    with pytest.raises(TakenBack):
        library.change(and_back)
    return found[0]


@pytest.mark.parametrize("kind", TABLES, ids=lambda kind: kind.__name__)
@tries(max_examples=25)
@given(data=st.data())
def test_a_record_written_is_read_back_equal(parents, kind, data):
    library, known = parents
    record = data.draw(records(kind, known))

    def job(work):
        work.add(record)
        return work.get(kind, record.id), work.find(kind, id=record.id)

    assert in_passing(library, job) == (record, [record])


@pytest.mark.parametrize("kind", TABLES, ids=lambda kind: kind.__name__)
@tries(max_examples=15)
@given(data=st.data())
def test_every_field_changed_is_read_back_changed(parents, kind, data):
    library, known = parents
    first, then = data.draw(records(kind, known)), data.draw(records(kind, known))
    fixed = {"id", "case_id"}
    changes = {field.name: getattr(then, field.name) for field in fields(kind) if field.name not in fixed}

    def job(work):
        work.add(first)
        changed = work.update(kind, first.id, **changes)
        return changed, work.get(kind, first.id)

    told, kept = in_passing(library, job)
    assert told == kept == replace(first, **changes)


@pytest.mark.parametrize("kind", TABLES, ids=lambda kind: kind.__name__)
def test_the_columns_of_a_table_are_the_fields_of_its_record(parents, kind):
    library, _ = parents
    columns = query(library.folder, f"SELECT name, type, \"notnull\" FROM pragma_table_info('{TABLES[kind]}')")
    if columns[0][0] == "n":  # numbers the rows of what is searched
        del columns[0]
    assert columns == [
        (name, SQL_TYPES.get(plain, "TEXT"), int(not optional)) for name, (plain, optional) in field_types(kind).items()
    ]


def test_a_case_record_hangs_on_its_case(parents):
    library, _ = parents
    for kind, table in TABLES.items():
        keys = query(library.folder, f'SELECT "from", "table", on_delete FROM pragma_foreign_key_list(\'{table}\')')
        assert (("case_id", "cases", "CASCADE") in keys) is issubclass(kind, CaseRecord)
        assert {column for column, *_ in keys} == {
            name for name in field_types(kind) if name.endswith("_id") and kind is not AuditEntry
        }


@given(texts)
def test_words_come_back_as_typed_without_control_characters(parents, typed):
    library, known = parents

    def job(work):
        note = ReviewNote(
            id="n", case_id="case", review_id="review", kind=NoteKind.QUOTE, words=typed, written_at=work.now
        )
        work.add(note)
        return work.get(ReviewNote, "n").words

    assert in_passing(library, job) == as_kept(typed)
    assert known


@given(
    st.datetimes(datetime(1970, 1, 2), datetime(2100, 1, 1)),
    st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes))),
)
def test_an_instant_is_kept_in_utc_and_sorts_as_text(at, zone):
    instant = at.replace(tzinfo=zone, microsecond=0)
    cell = to_cell(instant)
    assert cell.endswith("+00:00")
    assert datetime.fromisoformat(cell) == instant
    assert cell < to_cell(instant + timedelta(milliseconds=1)) < to_cell(instant + timedelta(hours=30))
    assert datetime.fromisoformat(cell).tzinfo == UTC


def test_what_no_column_keeps_is_a_mistake_in_the_program():
    with pytest.raises(TypeError, match="no column keeps a list"):
        to_cell(["a"])


def test_a_row_that_a_record_refuses_is_told(library, case):
    library.change(lambda work: work._db.execute("UPDATE cases SET planned_cycles = 0"))
    with pytest.raises(LibraryError, match="A case in the library cannot be read"):
        library.read(lambda work: work.get(Case, case.id))
    library.change(lambda work: work._db.execute("UPDATE cases SET planned_cycles = 1, opened_on = 'yesterday'"))
    with pytest.raises(LibraryError, match="A case in the library cannot be read"):
        library.read(lambda work: work.get(Case, case.id))


def test_only_the_columns_that_changed_are_written(library, case):
    """So that another program's change of another field stays."""
    library.change(lambda work: work.update(Case, case.id, setting="home"))
    changed = replace(case, setting="home", reason_client="sleep")
    assert library.change(lambda work: work.update(Case, case.id, reason_client="sleep")) == changed
    assert library.read(lambda work: work.get(Case, case.id)) == changed


def test_an_update_that_is_refused_writes_nothing(library, case):
    for changes in ({"planned_cycles": 0, "setting": "x"}, {"id": "other"}, {"case_id": "other"}):
        with pytest.raises(NotSensible):
            library.change(lambda work, changes=changes: work.update(Case, case.id, **changes))
    with pytest.raises(NotFound):
        library.change(lambda work: work.update(Case, "gone", setting="x"))
    assert library.read(lambda work: work.find(Case)) == [case]


def test_removing_what_is_gone_is_no_error(library, case):
    for _ in range(2):
        library.change(lambda work: work.remove(Case, case.id))
    assert library.read(lambda work: work.find(Case)) == []
