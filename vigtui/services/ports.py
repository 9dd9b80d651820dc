"""The Protocols through which services, screens and the command line see the store, the players and the media tools.

The rooms behind them match by shape; `wiring.py` puts them together and mypy checks the match there.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any, BinaryIO, Protocol, TypeVar

from vigtui.domain.audit import PastChange
from vigtui.domain.bundle import FilmEntry, Manifest
from vigtui.domain.cutting import Cut, Piece, Stretch
from vigtui.domain.derived import Lane, Picture, Still
from vigtui.domain.draft import Draft
from vigtui.domain.light import LightCopy
from vigtui.domain.playback import KeyPressed, Playback, PlayerGone, PlayerSays, Showing
from vigtui.domain.record import Record
from vigtui.domain.sitting import Sitting
from vigtui.domain.timecode import Millis, Span
from vigtui.domain.track import Track

R = TypeVar("R", bound=Record)
T = TypeVar("T")


class Work(Protocol):
    """A unit of work on the library, inside one transaction."""

    now: datetime
    """The present instant, in UTC."""
    actor: str
    """Who works."""
    expecting: str | None
    """What the field that is being saved showed before; None where nobody typed over anything."""
    shown: Record | None
    """The record as the form that is being kept showed it; None where there is none."""
    kept_both: list[str]
    """Fields of it in which another program wrote meanwhile and both texts were kept."""

    @property
    def today(self) -> date:
        """The day it is here."""

    def new_id(self) -> str:
        """An id that sorts by time."""

    def did(self, label: str, case_id: str | None) -> None:
        """Name this change for the history."""

    def audit(self, action: str, case_id: str | None, words: str = "", subject: str = "") -> None:
        """Write a line of the audit trail."""

    def add(self, record: R) -> R:
        """Keep a new record."""

    def get(self, kind: type[R], record_id: str) -> R:
        """The record with this id. Raises NotFound."""

    def find(self, kind: type[R], /, **where: object) -> list[R]:
        """All records whose fields have these values, oldest first."""

    def update(self, kind: type[R], record_id: str, /, **changes: Any) -> R:
        """Change some fields of a record. Raises NotSensible, NotFound."""

    def remove(self, kind: type[Record], record_id: str) -> None:
        """Remove a record and all that hangs on it."""

    def standings(self) -> dict[str, str]:
        """What Today said of each case that has not changed since, by the case's id."""

    def keep_standing(self, case_id: str, line: str) -> None:
        """Keep what Today says of a case until it changes."""

    def sit(self, sitting: Sitting) -> None:
        """Keep where somebody is, for the next start."""

    def sittings(self) -> list[Sitting]:
        """Where everybody is or was, the newest first."""

    def keep_draft(self, draft: Draft) -> None:
        """Keep what stands in a form."""

    def drafts(self) -> list[Draft]:
        """Every draft there is, the newest first."""

    def forget_draft(self, draft_id: str) -> None:
        """Take a draft out."""

    def mark(self) -> tuple[int, int]:
        """Where the library is now, for `touched_since`."""

    def touched_since(self, mark: tuple[int, int]) -> list[tuple[type[Record], str]] | None:
        """The records touched since then; None where that is not known and everything has to be read."""

    def keep_lane(self, lane: Lane) -> None:
        """Keep a lane of a film."""

    def lanes_of(self, film_id: str) -> list[Lane]:
        """The lanes of a film that are there."""

    def keep_still(self, moment_id: str, still: Still) -> None:
        """Keep the still of a moment."""

    def stills_of(self, moment_ids: Iterable[str]) -> dict[str, Still]:
        """The stills of these moments that are there."""

    def keep_light(self, copy: LightCopy) -> None:
        """Keep what opens a light copy."""

    def lights_of(self, film_id: str | None) -> list[LightCopy]:
        """The light copies of a film, or of all films."""

    def forget_lights(self, film_id: str) -> None:
        """Forget what opens the light copies of a film."""

    @property
    def kinds(self) -> tuple[type[Record], ...]:
        """Every kind of record, parents before their children."""

    def to_row(self, record: Record) -> dict[str, str | int | float | None]:
        """A record as its row, of which JSON can be made."""

    def from_row(self, kind: type[R], row: Mapping[str, Any]) -> R:
        """The record of a row that comes from elsewhere. Raises NotSensible."""


class Hit(Protocol):
    """One place where searched words stand."""

    @property
    def case_id(self) -> str | None:
        """The case, where it belongs to one."""

    @property
    def code(self) -> str:
        """The case's code."""

    @property
    def source(self) -> str:
        """The table."""

    @property
    def row_id(self) -> str:
        """The record's id."""

    @property
    def words(self) -> str:
        """A stretch of the text."""


class Backup(Protocol):
    """One backup."""

    @property
    def file(self) -> Path:
        """Where it is."""

    @property
    def made_at(self) -> datetime:
        """When it was made."""


class Library(Protocol):
    """The open library, as the app and the command line see it."""

    folder: Path
    actor: str

    def read(self, job: Callable[[Any], T]) -> T:
        """Run a job that only reads."""

    def change(self, job: Callable[[Any], T], *, merge: str | None = None, remembered: bool = True) -> T:
        """Run a job in one transaction that undo takes back as one; not at all where it is not remembered."""

    async def aread(self, job: Callable[[Any], T]) -> T:
        """`read` for the event loop."""

    async def achange(self, job: Callable[[Any], T], *, merge: str | None = None, remembered: bool = True) -> T:
        """`change` for the event loop."""

    async def undo(self, case_id: str | None) -> str | None:
        """Take back the newest change; its label."""

    async def redo(self, case_id: str | None) -> str | None:
        """Make again what was taken back last; its label."""

    def search(self, words: str) -> Sequence[Hit]:
        """Full-text search over everything typed."""

    async def asearch(self, words: str) -> Sequence[Hit]:
        """`search` for the event loop."""

    @property
    def is_encrypted(self) -> bool:
        """Whether a passphrase closes it."""

    async def is_opened_by(self, passphrase: str) -> bool:
        """Whether this is the passphrase."""

    async def history(self, case_id: str | None, *, most: int = 200) -> list[PastChange]:
        """What was changed in a case (in the whole library where None), newest first."""

    async def set_passphrase(self, passphrase: str) -> None:
        """Close a plain library, and its backups, by a passphrase. Raises NotSensible, LibraryError."""

    def look_after(self, keep: tuple[int, int, int]) -> list[str]:
        """Check the library and make the backup of the day, keeping so many daily, weekly, monthly; what a person must know.

        Blocking, for a worker thread.
        """

    def back_up(self, to: Path | None = None) -> Backup:
        """Make a backup now. Raises LibraryError."""

    def erase(self, job: Callable[[Any], str], *, whole: bool) -> list[Path]:
        """Erase a case, or what was made from its films, for good; the backups in which it could not be done."""

    def film_files(self, case_id: str) -> list[tuple[str, str]]:
        """Id and place of every film a case has or had."""

    async def version(self) -> int:
        """A number that changes when another program has written."""

    def health(self) -> str:
        """“ok”, or what is wrong with the file."""

    def close(self) -> None:
        """Wait for the last write, then close."""


class Player(Protocol):
    """mpv, wherever it is. Times are read back from it and never computed."""

    @property
    def name(self) -> str:
        """Which placement this is."""

    @property
    def homes(self) -> tuple[str, ...]:
        """The placements there are."""

    @property
    def canvas(self) -> Any:
        """Where the picture is drawn inside the terminal (`player.canvas`); None where it is shown elsewhere."""

    @property
    def state(self) -> Playback:
        """What it is doing, as last reported."""

    def listen(self, callback: Callable[[Playback | PlayerGone | PlayerSays | KeyPressed], None]) -> Callable[[], None]:
        """Be told of every change; returns what ends it."""

    async def open(self, film: Path | Showing, *, at: Millis = Millis(0), playing: bool = False) -> Playback:
        """Open a film, or a version of it. Raises FilmMissing, FilmError, PlayerError."""

    async def resume(self, film: Path | Showing, before: Playback) -> Playback:
        """Have a film as it was, paused: a laptop that has held its picture keeps it. Raises what `open` raises."""

    async def play(self) -> None:
        """Play on."""

    async def pause(self) -> Millis:
        """Pause; the time of the frame on screen."""

    async def position(self) -> Millis:
        """The time of the frame on screen, asked of the player now."""

    async def seek(self, to: Millis) -> Millis:
        """Show the frame at that time; its true time."""

    async def step(self, frames: int) -> Millis:
        """Go so many frames on or back; the time of the frame then on screen."""

    async def set_speed(self, speed: float) -> None:
        """Set the speed, 0.1 to 4."""

    async def set_volume(self, percent: int) -> None:
        """Set the loudness, 0 to 130 per cent."""

    async def set_zoom(self, factor: float) -> None:
        """Enlarge the picture, 1 to 8 times."""

    async def loop(self, span: Span | None) -> None:
        """Repeat a span, first and last frame included; None ends it."""

    async def play_span(self, span: Span, *, lead: Millis = Millis(0)) -> None:
        """Play a span once, beginning so much earlier, and hold its last frame."""

    async def prepare(self, film: Path | Showing, span: Span) -> None:
        """A span may be asked for soon; a player at the end of a line fetches it when the line has nothing else to do."""

    async def blank(self) -> None:
        """Show black."""

    async def fullscreen(self, on: bool) -> None:
        """Fill the screen, or not."""

    async def set_screen(self, number: int | None) -> None:
        """Choose the screen that is filled, from 1; None for the one the window is on. Another one begins black."""

    async def move(self, name: str) -> None:
        """Go to another placement, with film, position, speed and loop; what plays plays on. Raises PlayerError."""

    async def overlay(self, words: str | None) -> None:
        """Pause and put words over the picture; None takes them away, and so does playing."""

    async def close(self) -> None:
        """End the player."""


class Facts(Protocol):
    """What looking into a film file tells (`media.probe`)."""

    @property
    def duration_ms(self) -> Millis | None:
        """Length."""

    @property
    def width(self) -> int | None:
        """Width in pixels, upright."""

    @property
    def height(self) -> int | None:
        """Height in pixels, upright."""

    @property
    def frame_rate(self) -> float | None:
        """Mean frames a second."""

    @property
    def variable(self) -> bool | None:
        """Whether the frame rate varies."""

    @property
    def has_sound(self) -> bool:
        """Whether there is sound."""

    @property
    def has_video(self) -> bool:
        """Whether there is a moving picture."""

    @property
    def recorded_on(self) -> date | None:
        """Day of recording, where the file tells."""

    @property
    def recorded_time(self) -> str:
        """Time of day of recording, where the file tells: 14:03, or 14:03 UTC."""

    @property
    def device(self) -> str:
        """Camera or phone, where the file tells."""

    @property
    def has_place(self) -> bool:
        """Whether the file tells where it was filmed."""

    @property
    def tracks(self) -> tuple[Track, ...]:
        """Its pictures and sounds."""

    @property
    def plays(self) -> bool:
        """Whether anything of it can be shown or heard."""

    @property
    def verdict(self) -> str:
        """One sentence for a practitioner."""


class Taken(Protocol):
    """A film copied into the library (`media.intake`)."""

    @property
    def path(self) -> Path:
        """Where it is now."""

    @property
    def sha256(self) -> str:
        """Of the whole file, hexadecimal."""

    @property
    def size_bytes(self) -> int:
        """Size of the file."""

    @property
    def source_sha256(self) -> str:
        """Of the source, where the copy differs from it; else empty."""

    @property
    def place_dropped(self) -> bool:
        """Whether coordinates were blotted out in the copy."""


class Media(Protocol):
    """Looking into films and taking them in; blocking, for worker threads and the command line."""

    def probe(self, source: Path) -> Facts:
        """Look into a file. Raises FilmMissing, FilmError."""

    def take_in(
        self,
        source: Path,
        folder: Path,
        *,
        name: str,
        progress: Callable[[int, int], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> Taken:
        """Copy a file, hash it, resume a broken copy. Raises FilmError."""

    def tracks(self, film: Path) -> tuple[Track, ...]:
        """The pictures and sounds that a film holds. Raises FilmMissing, FilmError."""

    def sound_lane(
        self, film: Path, *, track: int | None, grew: Callable[[bytes, bytes], None], cancelled: Callable[[], bool]
    ) -> tuple[bytes, bytes]:
        """Loudness and speech of a film's sound, for `domain.derived`; told as it grows. Raises FilmError."""

    def movement_lane(
        self, film: Path, *, track: int | None, grew: Callable[[bytes], None], cancelled: Callable[[], bool]
    ) -> bytes:
        """Movement in a film's picture, told as it grows. Raises FilmError."""

    def picture_at(self, film: Path, at: Millis, *, track: int | None = None) -> Picture:
        """The frame at that time, small. Raises FilmError."""

    def jpeg_at(self, film: Path, at: Millis, *, track: int | None = None) -> bytes:
        """The frame at that time in its own size, as a JPEG. Raises FilmError."""

    def hash_file(
        self,
        source: Path,
        *,
        afresh: bool = False,
        progress: Callable[[int, int], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> str:
        """SHA-256 of a file that stays where it is; `afresh` from its disk, not from memory. Raises FilmError."""

    def source_hash(self, files: Sequence[Path], *, cancelled: Callable[[], bool] | None = None) -> str:
        """SHA-256 of what a film was copied from, as taking in told it. Raises FilmError."""

    def frame_times(self, source: Path, *, track: int | None, limit: float) -> Sequence[Millis]:
        """The times of all frames of a picture, read within so many seconds. Raises FilmMissing, FilmError."""

    def grouped(self, files: Sequence[Path]) -> list[tuple[Path, ...]]:
        """Put together what are parts of one film, by name and by the clock inside."""

    def join(
        self,
        parts: Sequence[Path],
        folder: Path,
        *,
        name: str,
        progress: Callable[[int, int], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> Taken:
        """Put the parts of a film together in a folder. Raises FilmError."""

    def tried(self, film: Path, facts: Facts) -> str:
        """The verdict on a film in its place, after it was tried once."""

    def lighten(
        self,
        film: Path,
        target: Path,
        copy: LightCopy,
        *,
        duration: Millis | None,
        progress: Callable[[float], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> LightCopy:
        """Make a light copy of a film, sealed (`media.light`). Raises FilmMissing, FilmError."""

    def tidy(self, folder: Path) -> None:
        """Remove what was left of light copies whose making was cut off."""

    def container_of(self, stretch: Stretch) -> str:
        """The suffix of the file that a copy of a stretch becomes. Raises FilmMissing, FilmError."""

    def make(
        self,
        piece: Piece,
        stretches: Sequence[Stretch],
        target: Path,
        *,
        speed: float = 0.5,
        titles: bool = False,
        hold: float = 0.0,
        jpeg: bool = False,
        progress: Callable[[float], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> list[Cut]:
        """Cut a clip, a reel, a copy or a still into a file (`media.cut`); `progress` is told the part done. Raises FilmError."""


class OpenBundle(Protocol):
    """A case bundle that is being read, from its first byte to its last (`interchange.bundle`)."""

    @property
    def manifest(self) -> Manifest:
        """What stands at its head."""

    def records(self) -> bytes:
        """The rows, as JSON; to be read first."""

    def film(self, film: FilmEntry) -> Iterator[bytes]:
        """A film in pieces; to be read in the order of the manifest."""

    def finish(self) -> dict[str, str]:
        """Read to the proved end; SHA-256 by name. Raises BundleDamaged."""


class Bundles(Protocol):
    """Case bundles as files; blocking, for worker threads and the command line."""

    def write(
        self,
        stream: BinaryIO,
        passphrase: str,
        manifest: Manifest,
        records: bytes,
        films: dict[str, Path],
        step: Callable[[int, int], None],
    ) -> dict[str, str]:
        """Write a bundle; SHA-256 by name. Raises FilmError."""

    def open(self, stream: BinaryIO, passphrase: str) -> OpenBundle:
        """Begin to read one. Raises NoBundle, WrongPassphrase, BundleDamaged."""
