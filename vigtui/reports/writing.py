"""The formats a report can have, and the writing of a document in one of them."""

from enum import StrEnum
from pathlib import PurePath

from vigtui.domain.errors import NotSensible
from vigtui.domain.record import one_of
from vigtui.reports.as_html import as_html
from vigtui.reports.as_markdown import as_markdown
from vigtui.reports.as_text import as_text
from vigtui.reports.document import Document, on_one_line


class Format(StrEnum):
    """A format; its value is the file's suffix."""

    HTML = "html"
    MARKDOWN = "md"
    TEXT = "txt"
    PDF = "pdf"


_FEW = 12
"""Letters that are named in a sentence."""
WITH_PICTURES = frozenset({Format.HTML, Format.PDF})
"""The formats that can hold a picture."""


def format_of(target: PurePath, asked: str = "") -> Format:
    """The format asked for, else the one that the file's suffix says.

    Raises:
        NotSensible: it is none that a report can have.
    """
    choices = [one.value for one in Format]
    if asked:
        return one_of(Format, asked, choices, "format")
    suffix = target.suffix.lower().removeprefix(".")
    if suffix not in choices:
        raise NotSensible(
            f"“{on_one_line(target.name.encode('utf-8', 'replace').decode())[:60]}” does not say what kind of page to write.",
            "Nothing was written. End the name in .html, .pdf, .md or .txt.",
        )
    return Format(suffix)


def write(document: Document, form: Format) -> str:
    """The whole text of the file, for UTF-8; not for a PDF, which is no text."""
    return {Format.HTML: as_html, Format.MARKDOWN: as_markdown, Format.TEXT: as_text}[form](document)


def write_file(document: Document, form: Format) -> bytes:
    """The whole file in any format."""
    if form is Format.PDF:
        from vigtui.reports.as_pdf import as_pdf  # takes its time to load

        return as_pdf(document)
    return write(document, form).encode()


def lacking(document: Document, form: Format) -> str:
    """What to say of a file in which some letters have no shape; empty where all have one."""
    if form is not Format.PDF:
        return ""
    from vigtui.reports.as_pdf import letters_missing

    if not (missing := letters_missing(document)):
        return ""
    shown = missing if len(missing) <= _FEW else f"{missing[:_FEW]} …"
    return f"The PDF has no letters for {shown}: a box stands for each. As .html they are there; a browser prints that as a PDF."
