"""What was read of the last cases, so that a case of thousands of moments is not read whole again after each change.

It holds only what the disk holds: it is emptied when another program has written, when a change was taken back or refused, and when
anything was removed. A record that was changed or added is read back by itself.
"""

from collections import OrderedDict

from vigtui.domain.record import CaseRecord, Record

MOST_CASES = 3
"""So many cases are kept: the one on screen, and those one comes from."""


class Memory:
    """Records by case and kind, each list oldest first. Used on the store's thread alone."""

    def __init__(self) -> None:
        self._cases: OrderedDict[str, dict[type[Record], dict[str, Record]]] = OrderedDict()
        self._as_of: tuple[int, int] | None = None

    def begin(self, as_of: tuple[int, int]) -> None:
        """A transaction begins.

        Args:
            as_of: SQLite's data_version, and its count of rows written by this connection.
        """
        if as_of != self._as_of:
            self.forget()
            self._as_of = as_of

    def wrote(self, rows: int) -> None:
        """This connection has written, and said so to `put`; so many rows in all."""
        if self._as_of is not None:
            self._as_of = (self._as_of[0], rows)

    def is_as_of(self, rows: int) -> bool:
        """Whether `put` and `wrote` were told of every row written so far."""
        return self._as_of is not None and self._as_of[1] == rows

    def forget(self) -> None:
        """Read everything anew."""
        self._cases.clear()

    def find(self, kind: type[Record], case_id: str) -> list[Record] | None:
        """The records of a case of one kind; None where they were not read yet."""
        kinds = self._cases.get(case_id)
        if kinds is None or kind not in kinds:
            return None
        self._cases.move_to_end(case_id)
        return list(kinds[kind].values())

    def keep(self, kind: type[Record], case_id: str, records: list[Record]) -> None:
        """Keep what was read."""
        self._cases.setdefault(case_id, {})[kind] = {record.id: record for record in records}
        self._cases.move_to_end(case_id)
        while len(self._cases) > MOST_CASES:
            self._cases.popitem(last=False)

    def holds(self, record: Record) -> bool:
        """Whether the records beside this one are kept."""
        return isinstance(record, CaseRecord) and type(record) in self._cases.get(record.case_id, {})

    def put(self, record: CaseRecord) -> None:
        """Take in a record as it was read back after it was added or changed."""
        kinds = self._cases[record.case_id]
        beside = kinds[type(record)]
        if record.id not in beside and beside and record.id < next(reversed(beside)):
            del kinds[type(record)]  # it belongs further up: a bundle from elsewhere, or a clock that was set back
        else:
            beside[record.id] = record
