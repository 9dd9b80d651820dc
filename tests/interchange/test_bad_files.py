"""Whatever is handed to an importer: it takes what it can, says what it skipped, or refuses with a sentence. Soon."""

import gzip
import json
import time
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.interchange.making import hand_made, selection, sheet
from vigtui.domain.errors import VigError
from vigtui.domain.exchange import FileUnusable, Mark, Reading
from vigtui.domain.timecode import Millis
from vigtui.interchange import json5, table, text
from vigtui.interchange.text import LATEST, MOST_BYTES
from vigtui.interchange.writing import READERS, format_of, write

PEERS = Path(__file__).parents[3] / "shared" / "interchange" / "peers"
SECONDS = 10.0
"""Longer than any of these may take on a busy machine."""


def read(name: str, data: bytes) -> Reading | VigError:
    begun = time.monotonic()
    try:
        found = READERS[name](data)
    except VigError as refused:
        assert refused.summary
        assert refused.remedy
        found = refused
    else:
        for one in found.found:
            sound(one.mark)
        for one in found.skipped:
            assert one.where
            assert one.why
            assert tame(str(one))
    assert time.monotonic() - begun < SECONDS
    return found


def tame(words: str) -> bool:
    return not [c for c in words if c not in "\n\t" and unicodedata.category(c) in ("Cc", "Cs")]


def sound(mark: Mark) -> None:
    assert 0 <= mark.in_ms <= mark.out_ms <= LATEST
    words = [mark.note, mark.starts, mark.reception, mark.turn, *mark.principles]
    assert all(tame(one) for one in words)


def sample(name: str) -> bytes:
    (data,) = write(name, selection(sheet(hand_made()))).values()
    return data


@pytest.mark.parametrize("name", READERS)
@given(data=st.binary(max_size=400) | st.text(max_size=300).map(lambda words: words.encode("utf-8", "surrogatepass")))
def test_anything_at_all(name, data):
    read(name, data)


@pytest.mark.parametrize("name", READERS)
@given(data=st.data())
@settings(max_examples=80)
def test_a_good_file_with_something_wrong_in_it(name, data):
    """Bytes changed, stretches taken out, doubled or put elsewhere."""
    whole = bytearray(sample(name))
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(whole) - 1))
        to = min(len(whole), at + data.draw(st.integers(1, 40)))
        piece = bytes(whole[at:to])
        new = data.draw(st.sampled_from([b"", piece * 2, piece[::-1]]) | st.binary(max_size=8))
        whole[at:to] = new
        if not whole:
            break
    read(name, bytes(whole))


@pytest.mark.parametrize("name", READERS)
def test_a_file_cut_off_anywhere_gives_what_came_before(name):
    whole = sample(name)
    counts = []
    for part in range(0, len(whole), max(1, len(whole) // 60)):
        found = read(name, whole[:part])
        counts.append(len(found.found) if isinstance(found, Reading) else 0)
    if name != "losslesscut":  # one JSON value, whole or not at all
        assert counts == sorted(counts)
        assert counts[-1] >= 3


_ENTITIES = """<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]><ANNOTATION_DOCUMENT>&c;</ANNOTATION_DOCUMENT>"""
_FILE = """<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file://%s">]>
<ANNOTATION_DOCUMENT><TIER TIER_ID="t"><ANNOTATION><ALIGNABLE_ANNOTATION ANNOTATION_ID="a" TIME_SLOT_REF1="s" TIME_SLOT_REF2="s">
<ANNOTATION_VALUE>&x;</ANNOTATION_VALUE></ALIGNABLE_ANNOTATION></ANNOTATION></TIER></ANNOTATION_DOCUMENT>"""


def test_xml_with_entities_is_refused_and_nothing_is_fetched(tmp_path):
    (tmp_path / "secret").write_text("SECRET")
    for document in (_ENTITIES, _FILE % (tmp_path / "secret"), '<!DOCTYPE a SYSTEM "http://127.0.0.1:9/x.dtd"><a/>'):
        found = read("elan", document.encode())
        assert isinstance(found, FileUnusable)
        assert "do harm" in found.remedy
        assert "SECRET" not in str(found)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("elan", b"<ANNOTATION_DOCUMENT>" + b"<a>" * 100_000),
        ("losslesscut", b'{"cutSegments":' + b"[" * 1_000_000),
        ("losslesscut", b'{"a":' * 200_000),
        ("losslesscut", b"{" + b"/*" * 500_000),
        ("losslesscut", b"{a:'" + b"\\" * 1_000_001),
        ("losslesscut", b'{"cutSegments":[{"start":' + b"9" * 500_000 + b"}]}"),
        ("webvtt", b"\0" * 1_000_000),
        ("csv", b"\0,\0\n"),
    ],
)
def test_nested_endless_and_binary_files_are_refused(name, data):
    assert isinstance(read(name, data), VigError)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("webvtt", b"WEBVTT\n\n" + b"-->" * 500_000),
        ("webvtt", b"WEBVTT\n\n00:01.000 --> 00:02.000\n" + b"<b" * 500_000),
        ("webvtt", b"WEBVTT\n\n" + b"1 " * 500_000 + b"--> " + b"1 " * 500_000),
        ("srt", b"1\n00:00:01,000 --> 00:00:02,000\n" + b"<font " * 300_000),
        ("csv", b'"' + b"a" * 3_000_000),
        ("csv", b"start,end\n" + b"9" * 1_000_000 + b",1\n"),
        ("csv", b",".join([b"1"] * 1_000_000)),
        ("csv", b"start,end,note\n" + b"'" * 1_000_000 + b"x,1,\n"),
    ],
)
def test_files_made_to_be_slow_are_not(name, data):
    read(name, data)


def test_more_than_any_film_has_is_left_out(monkeypatch):
    assert text.MOST_MARKS >= 10_000
    monkeypatch.setattr(table, "MOST_MARKS", 100)
    rows = b"".join(b"%d,%d\n" % (i, i + 1) for i in range(110))
    found = read("csv", rows)
    assert isinstance(found, Reading)
    assert len(found.found) == 100
    assert "too many" in found.skipped[-1].why


@pytest.mark.parametrize("name", READERS)
def test_a_film_named_by_mistake_is_refused_at_once(name):
    assert isinstance(read(name, bytes(MOST_BYTES + 1)), FileUnusable)


def test_words_that_would_move_the_cursor_lose_their_power():
    data = b"WEBVTT\n\n00:01.000 --> 00:02.000\n\x1b[2J\x07 boo \xc2\x9b31m\n"
    (one,) = read("webvtt", data).found
    assert one.mark.note == "[2J boo 31m"


def test_encodings_that_editors_save():
    words = "Start,End,Name\n1,2,naïve – «ja»\n"
    for data in (words.encode(), words.encode("utf-8-sig"), words.encode("utf-16"), words.encode("cp1252")):
        assert [one.mark.note for one in read("csv", data).found] == ["naïve – «ja»"]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_of_all_systems(end):
    words = end.join(
        [
            "WEBVTT",
            "",
            "00:01.000 --> 01:02.5 align:start",
            "one",
            "two",
            "",
            "NOTE",
            "no",
            "",
            "3:00:00.000 --> 3:00:01.000",
            "late",
        ]
    )
    found = read("webvtt", words.encode())
    assert [(one.mark.in_ms, one.mark.out_ms, one.mark.note) for one in found.found] == [
        (1000, 62_500, "one\ntwo"), (10_800_000, 10_801_000, "late"),
    ]  # fmt: skip


def test_tables_of_all_kinds():
    tables = [
        b"in;out;comment\n1,5;2,5;x\n",
        b"Begin\tEnd\tText\n1.5\t2.5\tx\n",
        b"0:01.5,0:02.5,x\n",
        b"\n\nStart,End,Name,cycle_tag\n00:00:01.500,00:00:02.500,x,1\n",
    ]
    for data in tables:
        assert [(one.mark.in_ms, one.mark.out_ms, one.mark.note) for one in read("csv", data).found] == [
            (1500, 2500, "x")
        ], data


def test_json5_is_read_as_the_standard_has_it():
    words = r"""// a project
    {version: 2, /* two */ 'cutSegments': [{start: .5, end: 2., name: 'it\'s "x" \u00e9\
y', tags: {a: "b",}, selected: true,}, {start: +1, name: "", end: 0x2}, ], nothing: null,}"""
    assert json5.loads(words) == {
        "version": 2, "nothing": None,
        "cutSegments": [
            {"start": 0.5, "end": 2.0, "name": 'it\'s "x" éy', "tags": {"a": "b"}, "selected": True},
            {"start": 1, "name": "", "end": 2},
        ],
    }  # fmt: skip


_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8),
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(st.text(max_size=4), inside, max_size=3),
    max_leaves=12,
)


@given(_JSON)
def test_all_json_is_json5(value):
    for words in (json.dumps(value), json.dumps(value, ensure_ascii=False, indent=1)):
        assert json5.loads(words) == value


@pytest.mark.parametrize(
    "words", ["", "{", "[1,,2]", "{a}", "{a:1 b:2}", "[1 2]", "1 2", "}", "[}", "{a:}", "'a", "{,}", ":", "tru", "1x"]
)
def test_what_is_no_json5_is_refused(words):
    with pytest.raises(FileUnusable):
        json5.loads(words)


# Real files of other programs, where they lie beside the checkout; else made here in their manner


def peer(name: str, otherwise: str) -> bytes:
    file = PEERS / name
    data = file.read_bytes() if file.is_file() else otherwise.encode()
    return gzip.decompress(data) if file.is_file() and name.endswith(".gz") else data


_OLD_ELAN = """<?xml version="1.0" encoding="UTF-8"?>
<ANNOTATION_DOCUMENT AUTHOR="" DATE="2013-01-01T00:00:00+01:00" VERSION="2.7"><HEADER TIME_UNITS="milliseconds"/>
<TIME_ORDER><TIME_SLOT TIME_SLOT_ID="ts2" TIME_VALUE="900"/>
<TIME_SLOT TIME_SLOT_ID="ts1" TIME_VALUE="100"/>
<TIME_SLOT TIME_SLOT_ID="ts3"/></TIME_ORDER>
<TIER LINGUISTIC_TYPE_REF="utterance" TIER_ID="K-Spch">
<ANNOTATION>
<ALIGNABLE_ANNOTATION ANNOTATION_ID="a1" TIME_SLOT_REF1="ts1" TIME_SLOT_REF2="ts2">
<ANNOTATION_VALUE>so from here.</ANNOTATION_VALUE></ALIGNABLE_ANNOTATION></ANNOTATION>
<ANNOTATION>
<ALIGNABLE_ANNOTATION ANNOTATION_ID="a2"
TIME_SLOT_REF1="ts1" TIME_SLOT_REF2="ts3"><ANNOTATION_VALUE>no end</ANNOTATION_VALUE></ALIGNABLE_ANNOTATION></ANNOTATION></TIER>
<TIER LINGUISTIC_TYPE_REF="words" PARENT_REF="K-Spch" TIER_ID="W-Words">
<ANNOTATION><REF_ANNOTATION ANNOTATION_ID="a3" ANNOTATION_REF="a1">
<ANNOTATION_VALUE>so</ANNOTATION_VALUE></REF_ANNOTATION></ANNOTATION></TIER></ANNOTATION_DOCUMENT>"""


def test_an_old_elan_document_is_read():
    found = read("elan", peer("elan_sample_2.7.eaf.gz", _OLD_ELAN))
    assert found.found
    assert all(one.mark.note for one in found.found)
    assert [one.mark.in_ms for one in found.found] == sorted(one.mark.in_ms for one in found.found)


def test_slots_without_a_time_and_parts_of_nothing_are_told():
    found = read("elan", _OLD_ELAN.replace('ANNOTATION_REF="a1"', 'ANNOTATION_REF="gone"').encode())
    assert [(one.mark.in_ms, one.mark.out_ms, one.mark.note) for one in found.found] == [(100, 900, "so from here.")]
    assert [one.why for one in found.skipped] == ["what it belongs to is not there", "It has no time of its own."]


@pytest.mark.parametrize(
    ("name", "otherwise"),
    [
        ("losslesscut_sample.srt", "1\n00:00:01,000 --> 00:00:02,000\na\n"),
        ("losslesscut_sample.vtt", "WEBVTT\n\n00:01.000 --> 00:02.000\na\n"),
        ("losslesscut_test1.csv", "1,2,a\n"),
        ("wpt_bom.vtt", "\ufeffWEBVTT\n\n00:01.000 --> 00:02.000\na\n"),
        ("wpt_entities.vtt", "WEBVTT\n\n00:01.000 --> 00:02.000\n&lt;\n"),
        ("wpt_metadata.vtt", "WEBVTT\n\n00:01.000 --> 00:02.000\n{}\n"),
        ("wpt_cue-id-error.vtt", "WEBVTT\n\nx -->\n00:01.000 --> 00:02.000\na\n\n00:03.000 --> 00:04.000\nb\n"),
        ("wpt_large-timestamp.vtt", "WEBVTT\n\n1234567:00:00.000 --> 1234567:00:00.500\na\n"),
        ("wpt_settings.vtt", "WEBVTT\n\n00:01.000 --> 00:02.000 align:start\na\n"),
        ("wpt_timings-no-hour.vtt", "WEBVTT\n\n00:01.000 --> 00:02.000\na\n"),
    ],
)
def test_files_of_other_programs_are_read(name, otherwise):
    found = read(format_of(name), peer(name, otherwise))
    assert isinstance(found, Reading)
    assert found.found or found.skipped


def test_a_still_is_what_lasts_a_millisecond_or_has_no_end():
    assert [one.mark.still for one in read("csv", b"5,,x\n5,5,y\n5,5.001,z\n5,5.002,w\n").found] == [
        True,
        True,
        True,
        False,
    ]
    assert read("csv", b"5,,x\n").found[0].mark.in_ms == Millis(5000)
