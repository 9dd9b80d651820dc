"""Case bundles: a whole case on its way between two libraries, and where the case is meanwhile."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from vigtui.domain.errors import VigError
from vigtui.domain.record import CaseRecord, record


class NoBundle(VigError):
    """A file that is no case bundle."""

    summary = "This is no case bundle of vigtui."
    remedy = "Nothing was added, and the file was left as it is."


class WrongPassphrase(VigError):
    """The passphrase does not open the bundle."""

    summary = "The bundle cannot be opened with this passphrase."
    remedy = "Nothing was added. Type it again; without it nobody can read the bundle."


class BundleDamaged(VigError):
    """A bundle that was cut off, changed, or put together wrongly."""

    summary = "The bundle is damaged: it was changed or cut off."
    remedy = "Nothing was added. Copy it again from where it was made; the case there is whole."


class CheckInRefused(VigError):
    """A bundle that does not fit to what the library has."""

    summary = "The case cannot be checked in."
    remedy = "Nothing was changed on either side, and the bundle stays good."


class CaseAway(VigError):
    """A case that was taken to another library, and may only be read here until it comes back."""

    summary = (
        "This case is out: it was taken to another library in a bundle, and is read-only here until it comes back."
    )
    remedy = (
        "Nothing was changed. Check it in with `vigtui bundle in FILE`, or take it back without the bundle with "
        "`vigtui bundle back` or b on the Case screen."
    )


class Direction(StrEnum):
    """Which way a bundle went."""

    OUT = "out"
    IN = "in"


@record
class CaseBundle(CaseRecord):
    """A case going out of this library or coming in. While one that went out has not ended, the case is read-only here."""

    bundle: str
    """Id of the bundle."""
    direction: Direction
    at: datetime
    by: str
    lineage: tuple[str, ...] = ()
    """Ids of all bundles the case has gone through, this one last."""
    ended_at: datetime | None = None
    """When it came back, or was taken back."""
    ended_why: str = ""


@record
class BundleBase(CaseRecord):
    """The case as it was when it went out, which a merge compares both sides with."""

    bundle: str
    """Id of the bundle."""
    records: str
    """JSON, as in the bundle."""


@dataclass(frozen=True, slots=True)
class FilmEntry:
    """A film in a bundle."""

    film_id: str
    suffix: str
    size: int

    @property
    def name(self) -> str:
        """Its name in the archive, and from the library's folder."""
        return f"films/{self.film_id}{self.suffix}"


@dataclass(frozen=True, slots=True)
class Manifest:
    """What stands at the head of a bundle."""

    bundle_id: str
    case_id: str
    code: str
    made_at: str
    made_by: str
    program: str
    lineage: tuple[str, ...]
    record_bytes: int
    films: tuple[FilmEntry, ...]

    @property
    def total(self) -> int:
        """Bytes of records and films."""
        return self.record_bytes + sum(film.size for film in self.films)
