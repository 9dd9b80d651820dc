"""The training log, counted against requirements that a service can edit."""

from datetime import date

from vigtui.domain.record import Record, need_range, need_words, record


@record
class TrainingEntry(Record):
    """A course day or another step of training."""

    on_date: date
    title: str
    minutes: int = 0
    note: str = ""

    def check(self) -> None:
        need_words(self.title, "A training entry")
        need_range(self.minutes, 0, 100_000, "The minutes of training")


@record
class TrainingRequirement(Record):
    """What a stage of training asks for."""

    name: str
    cycles: int
    clients: int
    supervision_minutes: int

    def check(self) -> None:
        need_words(self.name, "A requirement")
        for count in ("cycles", "clients", "supervision_minutes"):
            need_range(getattr(self, count), 0, 100_000, f"The number of {count.replace('_', ' ')}")
