"""One field of one record, as typed: the road of every form."""

from typing import Any, TypeVar

from vigtui.domain.record import CaseRecord, Record
from vigtui.services.ports import Work

R = TypeVar("R", bound=Record)


def set_field(work: Work, kind: type[R], record_id: str, name: str, value: Any, what: str) -> R:
    """Set one field.

    Args:
        work: the unit of work.
        kind: the record's type.
        record_id: which record.
        name: the field.
        value: its new value.
        what: how the history names it: “note of moment 03:12.4”.

    Raises:
        NotSensible: the record refuses the value; the old one stays.
        NotFound: the record is gone.
    """
    after = work.update(kind, record_id, **{name: value})
    case_id = after.case_id if isinstance(after, CaseRecord) else record_id
    work.did(f"{what} changed", case_id)
    return after
