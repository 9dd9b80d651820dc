"""A sitting: one run of the app, and where it is or ended."""

from datetime import datetime

from vigtui.domain.record import Record, record


@record
class Sitting(Record):
    """Where somebody is in the app, so that the next start can go on there after a crash, a power cut or a lost line."""

    host: str
    pid: int
    actor: str
    began_at: datetime
    ended_at: datetime | None = None
    """When it was closed by its key; None while it runs, and where it was cut off."""
    place: str = "today"
    """“today”, “case”, or a stage."""
    case_id: str | None = None
    cycle: int | None = None
