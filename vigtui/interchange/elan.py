"""ELAN (.eaf, schema 3.0): moments on tiers where none overlap, and what is known of each on tiers below them."""

import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterable
from datetime import datetime

from vigtui.domain.exchange import FilmSheet, Mark, Selection, lanes
from vigtui.domain.moment import MomentState
from vigtui.domain.timecode import Millis
from vigtui.interchange.mime import mime_type
from vigtui.interchange.text import visible_end

MOMENTS, STARTS, RECEPTION, TURN, PRINCIPLES, NOTES = (
    "moments",
    "who starts",
    "reception",
    "turn",
    "principles",
    "notes",
)
_ASSOCIATION = "Symbolic_Association"
_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_CONSTRAINTS = (
    (
        "Time_Subdivision",
        "Time subdivision of parent annotation's time interval, no time gaps allowed within this interval",
    ),
    (
        "Symbolic_Subdivision",
        "Symbolic subdivision of a parent annotation. Annotations refering to the same parent are ordered",
    ),
    (_ASSOCIATION, "1-1 association with a parent annotation"),
    ("Included_In", "Time alignable annotations within the parent annotation's time interval, gaps are allowed"),
)


def xml_safe(words: str) -> str:
    """Words without what XML 1.0 cannot hold in any form: two characters at the end of the first plane."""
    return words.replace("\ufffe", "\ufffd").replace("\uffff", "\ufffd")


def write_elan(selection: Selection, film: FilmSheet) -> str:
    """A film's moments as an ELAN document. Children of the root stand in the order that the schema asks for."""
    return _Writer(selection, film).document()


class _Writer:
    """Builds one document; ids are counted over the whole of it."""

    def __init__(self, selection: Selection, film: FilmSheet) -> None:
        self._selection = selection
        self._film = film
        self._count = 0
        self._times: list[Millis] = []
        self._root = ET.Element(
            "ANNOTATION_DOCUMENT",
            {
                "xmlns:xsi": _XSI,
                "xsi:noNamespaceSchemaLocation": "http://www.mpi.nl/tools/elan/EAFv3.0.xsd",
                "AUTHOR": "",
                "DATE": _instant(selection.made_at),
                "FORMAT": "3.0",
                "VERSION": "3.0",
            },
        )

    def document(self) -> str:
        """The whole file."""
        header = self._header()
        order = ET.SubElement(self._root, "TIME_ORDER")
        for number, lane in enumerate(lanes(self._film.marks) or [[]], 1):
            self._lane(lane, "" if number == 1 else f" {number}")
        for number, at in enumerate(self._times, 1):
            ET.SubElement(order, "TIME_SLOT", TIME_SLOT_ID=f"ts{number}", TIME_VALUE=str(at))
        ET.SubElement(header, "PROPERTY", NAME="lastUsedAnnotationId").text = str(self._count)
        self._types()
        self._vocabularies()
        ET.indent(self._root, "    ")
        return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(self._root, encoding="unicode") + "\n"

    def _header(self) -> ET.Element:
        header = ET.SubElement(self._root, "HEADER", MEDIA_FILE="", TIME_UNITS="milliseconds")
        media = xml_safe(self._film.media)
        ET.SubElement(
            header,
            "MEDIA_DESCRIPTOR",
            MEDIA_URL=self._film.url,
            MIME_TYPE=mime_type(media),
            RELATIVE_MEDIA_URL=f"./{media}",
        )
        return header

    def _tier(self, name: str, kind: str, parent: str = "") -> ET.Element:
        more = {"PARENT_REF": parent} if parent else {}
        return ET.SubElement(self._root, "TIER", {"LINGUISTIC_TYPE_REF": kind, **more, "TIER_ID": name})

    def _lane(self, marks: list[Mark], suffix: str) -> None:
        """A tier of moments and the tiers below it. Where a moment has several principles there are several such tiers."""
        tier = self._tier(MOMENTS + suffix, MOMENTS)
        placed: list[tuple[str, Mark]] = []
        for mark in marks:
            self._times += [mark.in_ms, visible_end(mark)]
            slots = {f"TIME_SLOT_REF{i}": f"ts{len(self._times) - 2 + i}" for i in (1, 2)}
            placed.append((self._annotation(tier, "ALIGNABLE_ANNOTATION", slots, mark.state.value), mark))
        for kind, read in _KINDS.items():
            self._children(kind + suffix, kind, MOMENTS + suffix, ((one, read(mark)) for one, mark in placed))
        most = max((len(mark.principles) for mark in marks), default=0)
        for i in range(max(1, most)):
            name = PRINCIPLES + (f" {i + 1}" if i else "") + (f" ({MOMENTS}{suffix})" if suffix else "")
            values = ((one, "".join(mark.principles[i : i + 1])) for one, mark in placed)
            self._children(name, PRINCIPLES, MOMENTS + suffix, values)

    def _children(self, name: str, kind: str, parent: str, values: Iterable[tuple[str, str]]) -> None:
        tier = self._tier(name, kind, parent)
        for refers_to, words in values:
            if words:
                self._annotation(tier, "REF_ANNOTATION", {"ANNOTATION_REF": refers_to}, words)

    def _annotation(self, tier: ET.Element, kind: str, more: dict[str, str], words: str) -> str:
        self._count += 1
        id_ = f"a{self._count}"
        annotation = ET.SubElement(ET.SubElement(tier, "ANNOTATION"), kind, {"ANNOTATION_ID": id_, **more})
        ET.SubElement(annotation, "ANNOTATION_VALUE").text = xml_safe(words)
        return id_

    def _types(self) -> None:
        described = {MOMENTS: "states", STARTS: STARTS, RECEPTION: RECEPTION, PRINCIPLES: PRINCIPLES}
        for kind in (MOMENTS, *_KINDS, PRINCIPLES):
            more = {} if kind == MOMENTS else {"CONSTRAINTS": _ASSOCIATION}
            # Words of one's own may stand beside the choices, so ELAN is not told to insist on those.
            if kind in (MOMENTS, PRINCIPLES):
                more["CONTROLLED_VOCABULARY_REF"] = described[kind]
            ET.SubElement(
                self._root,
                "LINGUISTIC_TYPE",
                {
                    **more,
                    "GRAPHIC_REFERENCES": "false",
                    "LINGUISTIC_TYPE_ID": kind,
                    "TIME_ALIGNABLE": "true" if kind == MOMENTS else "false",
                },
            )
        ET.SubElement(
            self._root,
            "LANGUAGE",
            LANG_DEF="http://cdb.iso.org/lg/CDB-00130975-001",
            LANG_ID="und",
            LANG_LABEL="undetermined (und)",
        )
        for name, about in _CONSTRAINTS:
            ET.SubElement(self._root, "CONSTRAINT", DESCRIPTION=about, STEREOTYPE=name)

    def _vocabularies(self) -> None:
        states = {MomentState.CANDIDATE.value: "marked", MomentState.CHOSEN.value: "chosen for the shared review"}
        used = {one: "" for mark in self._film.marks for one in mark.principles}
        principles = used | self._selection.principles
        for name, entries in (("states", states), (PRINCIPLES, principles)):
            vocabulary = ET.SubElement(self._root, "CONTROLLED_VOCABULARY", CV_ID=name)
            ET.SubElement(vocabulary, "DESCRIPTION", LANG_REF="und")
            for number, (word, about) in enumerate(entries.items(), 1):
                entry = ET.SubElement(vocabulary, "CV_ENTRY_ML", CVE_ID=f"{name}{number}")
                value = ET.SubElement(entry, "CVE_VALUE", DESCRIPTION=xml_safe(about), LANG_REF="und")
                value.text = xml_safe(word)


_KINDS: dict[str, Callable[[Mark], str]] = {
    STARTS: lambda mark: mark.starts,
    RECEPTION: lambda mark: mark.reception,
    TURN: lambda mark: mark.turn,
    NOTES: lambda mark: mark.note,
}
"""Tiers below the moments, and what stands on each."""


def _instant(at: datetime) -> str:
    return at.isoformat(timespec="seconds")
