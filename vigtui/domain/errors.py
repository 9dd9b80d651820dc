"""The errors of vigtui, each with two sentences for a person.

    VigError
    ├── NotSensible        a value that cannot be right (a rating of 11, a mark that ends before it starts)
    │   ├── MarksReversed
    │   └── TimeUnreadable
    │   └── EditedElsewhere a field that another program changed meanwhile
    ├── NotFound           a case, person, film … that is not there
    ├── ConsentMissing     use of a film that somebody has not agreed to
    ├── PackError          a script pack with faults, each with its line
    ├── FilmError          a film that cannot be taken in or played
    │   └── FilmMissing
    ├── PlayerError        mpv is missing, has died, or did not answer
    └── LibraryError       the library cannot be opened or written
        ├── LibraryDamaged
        ├── PassphraseNeeded
        └── WrongPassphrase

Only the shells (the app and the command line) catch `VigError` and show it.
"""


class VigError(Exception):
    """Anything that can be told to a person in two sentences.

    Attributes:
        summary: what happened, one sentence.
        remedy: what is safe and what to do, one or two sentences.
    """

    summary = "Something went wrong."
    remedy = "What was saved is safe. Try again."

    def __init__(self, summary: str | None = None, remedy: str | None = None) -> None:
        self.summary = summary or type(self).summary
        self.remedy = remedy or type(self).remedy
        super().__init__(self.summary)

    def __str__(self) -> str:
        return f"{self.summary} {self.remedy}"


class NotSensible(VigError):
    """A value that cannot be right; nothing was changed."""

    summary = "That value cannot be right."
    remedy = "Nothing was changed. Correct it and try again."


class MarksReversed(NotSensible):
    """A span whose out mark does not come after its in mark."""

    summary = "The out mark must come after the in mark."
    remedy = "Both marks are kept. Move the playhead past the in mark and mark out again."


class TimeUnreadable(NotSensible):
    """A typed time that is not SS.mmm, MM:SS.mmm or HH:MM:SS.mmm."""

    summary = "That is not a time."
    remedy = "Write seconds, minutes:seconds or hours:minutes:seconds, for example 03:12.400."


class EditedElsewhere(NotSensible):
    """A field that another program changed since it was shown here; nothing was written."""

    summary = "Somebody else wrote here at the same moment."
    remedy = "Both texts are kept: yours first, theirs after it. Take out what you do not need."

    def __init__(self, summary: str | None = None, remedy: str | None = None, *, theirs: str = "") -> None:
        super().__init__(summary, remedy)
        self.theirs = theirs
        """What stands there now."""


class NotFound(VigError):
    """Something that was asked for by name or id and is not there."""

    summary = "That is not in the library."
    remedy = "Nothing was changed. Check the spelling."


class ConsentMissing(VigError):
    """Use of a film that somebody seen in it has not agreed to."""

    summary = "Consent is missing."
    remedy = "The film stays where it is. Record the consent first."


class PackError(VigError):
    """A script pack that cannot be used as it is written."""

    summary = "The script pack has an error."
    remedy = "The other packs still work. Correct the file and run `vigtui packs check FILE`."


class FilmError(VigError):
    """A film that cannot be taken in or played."""

    summary = "The film cannot be used."
    remedy = "The file was left as it is, and nothing was added."


class FilmMissing(FilmError):
    """A film whose file is not where the library expects it."""

    summary = "The film is not where it was."
    remedy = "Marks and notes are safe. Plug in the drive, or add the film again."


class PlayerError(VigError):
    """mpv is missing, has died, or does not answer."""

    summary = "mpv did not answer."
    remedy = "Everything you marked and wrote is safe. Press space to start it again."


class LibraryError(VigError):
    """The library cannot be opened, read or written."""

    summary = "The library cannot be opened."
    remedy = "It was left as it is."


class LibraryDamaged(LibraryError):
    """The library's file does not hold together: it was cut short, overwritten, or is none."""

    summary = "The library is damaged."
    remedy = (
        "It was left as it is. `vigtui backups` lists the backups, `vigtui restore FILE` puts one in its place and keeps the "
        "damaged library aside, and `vigtui rescue` saves what can still be read."
    )


class PassphraseNeeded(LibraryError):
    """The library is closed by a passphrase, and none was given."""

    summary = "This library is closed by a passphrase."
    remedy = "Nothing was changed. Type it when asked, or name a file that holds it in $VIGTUI_PASSPHRASE_FILE."


class WrongPassphrase(LibraryError):
    """The passphrase does not open the library."""

    summary = "That passphrase does not open the library."
    remedy = "Nothing was changed. Try again; capital letters and spaces count."
