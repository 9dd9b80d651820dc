"""Every format as programs that are not ours read it."""

import csv
import io
import json
import shutil
import subprocess
import warnings
import xml.etree.ElementTree as ET
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import json5
import opentimelineio as otio
import pytest
import srt
import webvtt
import xmlschema
from hypothesis import given, settings
from praatio import textgrid
from pympi.Elan import Eaf

from tests.interchange.making import hand_made, many, selection, sheet
from vigtui.domain.exchange import NotExportable
from vigtui.interchange.writing import write

SCHEMA = Path(__file__).parents[3] / "shared" / "interchange" / "schema" / "EAFv3.0.xsd"
FRAME = 40
"""Milliseconds; the sheets of these tests have 25 frames a second."""


def written(name, made=None, **facts) -> bytes:
    (data,) = write(name, selection(sheet(hand_made() if made is None else made, **facts))).values()
    return data


def file_of(tmp_path: Path, name: str, end: str, made=None, **facts) -> Path:
    file = tmp_path / f"export{end}"
    file.write_bytes(written(name, made, **facts))
    return file


def run(*command: str, limit: float = 30) -> str:
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=limit, check=True)
    return done.stdout.decode()


# ELAN


def structure_faults(document: bytes) -> list[str]:
    """What the schema and ELAN itself would object to, as peers' notes put it; needs no schema file."""
    root = ET.fromstring(document)  # noqa: S314 - we wrote it
    order = [
        "HEADER",
        "TIME_ORDER",
        "TIER",
        "LINGUISTIC_TYPE",
        "LOCALE",
        "LANGUAGE",
        "CONSTRAINT",
        "CONTROLLED_VOCABULARY",
    ]
    places = [order.index(child.tag) for child in root]
    faults = [] if places == sorted(places) else ["order of the children"]
    ids = [one.attrib[name] for name in ("TIME_SLOT_ID", "ANNOTATION_ID") for one in root.iter() if name in one.attrib]
    faults += ["an id twice"] if len(ids) != len(set(ids)) else []
    refs = [
        v
        for one in root.iter()
        for k, v in one.attrib.items()
        if k in ("TIME_SLOT_REF1", "TIME_SLOT_REF2", "ANNOTATION_REF")
    ]
    faults += ["a reference to nothing"] if set(refs) - set(ids) else []
    kinds = {one.attrib["LINGUISTIC_TYPE_ID"] for one in root.iter("LINGUISTIC_TYPE")}
    tiers = [one.attrib["TIER_ID"] for one in root.iter("TIER")]
    faults += ["a tier twice"] if len(tiers) != len(set(tiers)) else []
    faults += (
        ["a type that is not there"] if {one.attrib["LINGUISTIC_TYPE_REF"] for one in root.iter("TIER")} - kinds else []
    )
    times = {one.attrib["TIME_SLOT_ID"]: int(one.attrib["TIME_VALUE"]) for one in root.iter("TIME_SLOT")}
    for tier in root.iter("TIER"):
        spans = sorted(
            (times.get(one.attrib["TIME_SLOT_REF1"], -1), times.get(one.attrib["TIME_SLOT_REF2"], -1))
            for one in tier.iter("ALIGNABLE_ANNOTATION")
        )
        faults += ["no length" for start, end in spans if end <= start]
        faults += ["an overlap" for (_, end), (start, _) in pairwise(spans) if start < end]
        parents = [one.attrib["ANNOTATION_REF"] for one in tier.iter("REF_ANNOTATION")]
        faults += ["two values for one parent"] if len(parents) != len(set(parents)) else []
    return faults


@pytest.fixture(scope="module")
def schema():
    """The published schema, where it is at hand; what it asks for is checked by `structure_faults` everywhere."""
    return xmlschema.XMLSchema(SCHEMA) if SCHEMA.is_file() else None


@given(made=many())
@settings(max_examples=25)
def test_elan_documents_are_valid(schema, made):
    document = written("elan", made)
    assert not structure_faults(document)
    if schema:
        schema.validate(document.decode())


def test_the_check_of_elan_documents_finds_what_is_wrong(schema):
    document = written("elan").decode()
    assert structure_faults(document.replace('ANNOTATION_ID="a2"', 'ANNOTATION_ID="a1"').encode())
    assert structure_faults(document.replace('TIME_SLOT_REF1="ts3"', 'TIME_SLOT_REF1="ts99"').encode())
    if schema:
        with pytest.raises(xmlschema.XMLSchemaValidationError):
            schema.validate(document.replace('AUTHOR=""', ""))


def test_elan_as_pympi_reads_it(tmp_path):
    eaf = Eaf(str(file_of(tmp_path, "elan", ".eaf")))
    assert [(start, end, words) for start, end, words in sorted(eaf.get_annotation_data_for_tier("moments"))] == [
        (2000, 9480, "chosen"),
        (20_040, 27_520, "chosen"),
        (30_000, 30_001, "candidate"),
    ]
    assert [one[:3] for one in eaf.get_annotation_data_for_tier("moments 2")] == [(5000, 12_000, "candidate")]
    below = {
        tier: [one[2] for one in sorted(eaf.get_ref_annotation_data_for_tier(tier))]
        for tier in eaf.get_child_tiers_for("moments")
    }
    assert below == {
        "who starts": ["child", "client"],
        "reception": ["waits"],
        "turn": ["laughs"],
        "notes": ["Looks up & waits", "Håndtegn – «ja» <3", "a still"],
        "principles": ["receiving.smiles"],
        "principles 2": ["attuned.fun"],
    }
    for tier in below:
        kind = eaf.get_parameters_for_tier(tier)["LINGUISTIC_TYPE_REF"]
        assert eaf.get_parameters_for_linguistic_type(kind)["CONSTRAINTS"] == "Symbolic_Association"
    (media,) = eaf.get_linked_files()
    assert media["RELATIVE_MEDIA_URL"] == "./K1-cycle-1-film-1.mp4"


# BORIS: the rules of its own check, written anew


def boris_faults(project: dict) -> list[str]:
    faults = []
    behaviours = {one["code"]: one for one in project["behaviors_conf"].values()}
    subjects = {one["name"] for one in project["subjects_conf"].values()} | {""}
    names = [*behaviours, *subjects, *project["observations"]]
    faults += [f"spaces around {name!r}" for name in names if name != name.strip()]
    modifiers = {}
    for code, one in behaviours.items():
        if one["type"] not in ("State event", "Point event"):
            faults.append("an unknown type")
        modifiers[code] = [value for group in one["modifiers"].values() for value in group["values"]]
        faults += [
            f"modifier {value!r}" for value in modifiers[code] if value != value.strip() or set(value) & set("(|),`~")
        ]
    for observation in project["observations"].values():
        media = observation["file"]["1"]
        faults += ["no length" for name in media if not observation["media_info"]["length"].get(name)]
        faults += (
            ["variables"] if set(observation["independent_variables"]) - set(project["independent_variables"]) else []
        )
        open_: dict[tuple, int] = {}
        for time, subject, code, modifier, comment, frame in sorted(observation["events"], key=lambda event: event[0]):
            faults += ["code"] if code not in behaviours else []
            faults += ["subject"] if subject not in subjects else []
            faults += ["modifier"] if set(modifier.split(",")) - {"None", *modifiers[code]} else []
            faults += ["time"] if not 0 <= time < 2**31 or round(time, 3) != time else []
            faults += ["frame"] if not (frame == "NA" or isinstance(frame, int)) else []
            faults += ["comment"] if not isinstance(comment, str) else []
            if behaviours[code]["type"] == "State event":
                open_[subject, code, modifier] = open_.get((subject, code, modifier), 0) + 1
        faults += [f"unpaired {one}" for one, count in open_.items() if count % 2]
    return faults


@given(made=many())
def test_boris_finds_nothing_wrong(made):
    project = json.loads(written("boris", made))
    assert project["project_format_version"] == "7.0"
    assert not boris_faults(project)


@given(made=many())
def test_boris_pairs_each_beginning_with_its_own_end(made):
    (observation,) = json.loads(written("boris", made))["observations"].values()
    open_, pairs = {}, []
    for time, subject, code, modifier, comment, _ in observation["events"]:
        if code == "still":
            continue
        begun = open_.pop((subject, code, modifier), None)
        if begun is None:
            open_[subject, code, modifier] = (time, comment)
        else:
            pairs.append((begun[0], time))
    assert sorted(pairs) == sorted((one.in_ms / 1000, one.out_ms / 1000) for one in made if not one.still)


def test_the_check_of_boris_projects_finds_what_is_wrong():
    project = json.loads(written("boris"))
    (observation,) = project["observations"].values()
    observation["events"].pop()
    observation["events"].pop(0)
    observation["events"][0][1] = "nobody"
    assert {"subject"} < set(boris_faults(project))
    assert any(one.startswith("unpaired") for one in boris_faults(project))


def test_boris_has_principles_as_modifiers_and_the_note_where_a_moment_begins():
    (observation,) = json.loads(written("boris"))["observations"].values()
    assert observation["events"][0] == [
        2.0, "child", "moment", "receiving.smiles,attuned.fun", "Looks up & waits\nreceived: waits\nthen: laughs", 50,
    ]  # fmt: skip
    assert [one[2] for one in observation["events"]] == [
        "moment",
        "moment 2",
        "moment",
        "moment 2",
        "moment",
        "moment",
        "still",
    ]
    assert observation["file"]["1"] == ["K1-cycle-1-film-1.mp4"]


# Subtitles


def test_webvtt_as_webvtt_py_reads_it(tmp_path):
    cues = list(webvtt.read(str(file_of(tmp_path, "webvtt", ".vtt"))))
    assert [(cue.start, cue.end) for cue in cues] == [
        ("00:00:02.000", "00:00:09.480"),
        ("00:00:05.000", "00:00:12.000"),
        ("00:00:20.040", "00:00:27.520"),
        ("00:00:30.000", "00:00:30.001"),
    ]
    assert cues[0].raw_text == "Looks up &amp; waits\n#chosen #receiving.smiles #attuned.fun"
    assert cues[0].identifier == "moment-1"
    assert cues[3].identifier == "still-4"


@pytest.mark.parametrize("made", [hand_made(), ()], ids=["moments", "none"])
def test_ffprobe_counts_the_cues(tmp_path, made):
    for name, end in (("webvtt", ".vtt"), ("srt", ".srt")):
        file = file_of(tmp_path, name, end, made)
        if not made:
            assert file.read_text("utf-8").strip() in ("", "WEBVTT - K1, cycle 1 film 1")
            continue
        told = run("ffprobe", "-v", "error", "-show_entries", "packet=pts_time", "-of", "csv=p=0", f"file:{file}")
        assert len(told.split()) == len(made)


@given(made=many(full=False))
def test_srt_as_srt_reads_it(made):
    cues = list(srt.parse(written("srt", made).decode().replace("\r\n", "\n")))
    times = [(round(cue.start.total_seconds() * 1000), round(cue.end.total_seconds() * 1000)) for cue in cues]
    expected = [(one.in_ms, max(one.out_ms, one.in_ms + 1)) for one in made]
    assert times == expected or any(
        "-->" in one.note for one in made
    )  # that reader takes times inside a note for a cue


# Tables


@given(made=many())
def test_csv_has_a_row_for_each_moment_and_no_formula(made):
    data = written("csv", made)
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    assert [(row["in"], row["out"]) for row in rows] == [
        (f"{one.in_ms / 1000:.3f}", f"{one.out_ms / 1000:.3f}") for one in made
    ]
    assert not [cell for row in rows for cell in row.values() if cell[:1] in ("=", "+", "-", "@", "\t", "\r")]


def test_losslesscut_reads_its_project():
    project = json5.loads(written("losslesscut").decode())
    assert project["version"] == 2
    assert project["mediaFileName"] == "K1-cycle-1-film-1.mp4"
    first, *_, still = project["cutSegments"]
    assert first == {
        "start": 2.0, "end": 9.48, "name": "Looks up & waits", "selected": True,
        "tags": {
            "state": "chosen", "principles": "receiving.smiles attuned.fun", "starts": "child", "reception": "waits",
            "turn": "laughs",
        },
    }  # fmt: skip
    assert "end" not in still
    for segment in project["cutSegments"]:
        assert set(segment) <= {"start", "end", "name", "tags", "selected"}
        assert isinstance(segment["name"], str)
        assert all(isinstance(words, str) for words in segment["tags"].values())


# Praat


@given(made=many())
@settings(max_examples=25)
def test_textgrid_tiles_the_film(tmp_path_factory, made):
    file = file_of(tmp_path_factory.mktemp("praat"), "textgrid", ".TextGrid", made)
    grid = textgrid.openTextgrid(str(file), includeEmptyIntervals=True, reportingMode="error")
    assert grid.maxTimestamp == 20_000
    spans = []
    for name in grid.tierNames:
        tier = grid.getTier(name)
        if name == "stills":
            continue
        entries = tier.entries
        assert entries[0].start == 0
        assert entries[-1].end == 20_000
        assert all(one.end == two.start for one, two in pairwise(entries))
        if name.startswith("moments"):
            spans += [(round(one.start * 1000), round(one.end * 1000)) for one in entries if one.label]
    assert sorted(spans) == sorted((one.in_ms, one.out_ms) for one in made if not one.still)


def test_textgrid_doubles_quotation_marks(tmp_path):
    grid = textgrid.openTextgrid(str(file_of(tmp_path, "textgrid", ".TextGrid")), includeEmptyIntervals=False)
    assert [one.label for one in grid.getTier("moments 2").entries] == ['says "more" second line <b>']
    assert [(one.time, one.label) for one in grid.getTier("stills").entries] == [(30.0, "a still")]


# Editing programs


@pytest.mark.parametrize("variable", [False, True])
def test_otio_as_opentimelineio_reads_it(tmp_path, variable):
    timeline = otio.adapters.read_from_file(str(file_of(tmp_path, "otio", ".otio", variable=variable)))
    clips = list(timeline.find_clips())
    spans = [
        (round(one.source_range.start_time.to_seconds(), 3), round(one.source_range.duration.to_seconds(), 3))
        for one in clips
    ]
    assert spans == [(20.04, 7.52), (2.0, 7.52)]  # in the order of the shortlist, the last frame counted in
    assert {one.source_range.start_time.rate for one in clips} == {1000.0 if variable else 25.0}
    assert clips[0].name == "Håndtegn – «ja» <3"
    assert clips[0].media_reference.target_url == "K1-cycle-1-film-1.mp4"
    assert clips[1].metadata["vigtui"]["in_ms"] == 2000


def test_edl_as_the_cmx_adapter_reads_it(tmp_path):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the adapter, about itself
        timeline = otio.adapters.read_from_file(str(file_of(tmp_path, "edl", ".edl")), rate=25)
    clips = list(timeline.find_clips())
    spans = [(one.source_range.start_time.to_frames(), one.source_range.duration.to_frames()) for one in clips]
    assert spans == [(501, 188), (50, 188)]
    assert written("edl").decode().splitlines()[:2] == ["TITLE: K1 25 FPS", "FCM: NON-DROP FRAME"]


@pytest.mark.parametrize(
    ("facts", "told"),
    [
        ({"variable": True}, "no constant frame rate"),
        ({"variable": None}, "no constant frame rate"),
        ({"frame_rate": None}, "no constant frame rate"),
        ({"frame_rate": 12.5}, "cannot say"),
        ({"frame_rate": 240.0}, "cannot say"),
    ],
)
def test_edl_is_refused_where_frames_cannot_be_counted(facts, told):
    with pytest.raises(NotExportable, match=told) as refused:
        written("edl", **facts)
    assert "Nothing was written" in refused.value.remedy


@pytest.mark.parametrize("rate", [24000 / 1001, 30000 / 1001, 30.0, 60.0])
def test_edl_counts_frames_at_other_rates(rate):
    source = written("edl", frame_rate=rate).decode().splitlines()[3].split()
    base = round(rate)
    hours, minutes, seconds, frames = (int(part) for part in source[4].split(":"))
    assert (hours * 3600 + minutes * 60 + seconds) * base + frames == round(20.04 * rate)


@pytest.mark.parametrize("name", ["otio", "edl", "mpv-edl"])
def test_lists_of_clips_need_a_clip(name):
    with pytest.raises(NotExportable, match="no clip on the shortlist"):
        written(name, [one for one in hand_made() if one.place is None])


@pytest.fixture(scope="module")
def film(tmp_path_factory) -> Path:
    """35 s of small test picture at 25 frames a second."""
    file = tmp_path_factory.mktemp("film") / "K1-cycle-1-film-1.mp4"
    source = "testsrc=s=64x48:r=25:d=35"
    run("ffmpeg", "-v", "error", "-f", "lavfi", "-i", source, "-c:v", "libx264", "-preset", "ultrafast", f"file:{file}")
    return file


@pytest.mark.parametrize("name", ["K1-cycle-1-film-1.mp4", "what, ever – «ja» %5%.mp4"])
def test_mpv_plays_its_list_as_one_film(tmp_path, film, name):
    """The whole of both clips, each with its last frame: 188 frames twice."""
    shutil.copy(film, tmp_path / name)
    file = tmp_path / "reel.edl"
    (data,) = write("mpv-edl", selection(replace(sheet(hand_made()), media=name))).values()
    file.write_bytes(data)
    out = tmp_path / "frames.txt"
    run(
        "mpv", "--no-config", "--really-quiet", "--ao=null", "--vo=null", "--untimed", "--load-scripts=no", "--term-status-msg=",
        f"--o={out}", "--of=framecrc", "--ovc=rawvideo", "--no-audio", str(file),
    )  # fmt: skip
    frames = [line for line in out.read_text().splitlines() if not line.startswith("#")]
    assert len(frames) == 2 * 188


def test_chapters_reach_matroska_with_their_gaps(tmp_path, film):
    chapters = file_of(tmp_path, "chapters", ".ffmeta")
    target = tmp_path / "with.mkv"
    sources = ("-i", f"file:{film}", "-i", f"file:{chapters}", "-map_metadata", "1", "-map_chapters", "1", "-map", "0")
    run("ffmpeg", "-v", "error", *sources, "-c", "copy", f"file:{target}")
    found = json.loads(run("ffprobe", "-v", "error", "-show_chapters", "-of", "json", f"file:{target}"))["chapters"]
    spans = [(round(float(one["start_time"]) * 1000), round(float(one["end_time"]) * 1000)) for one in found]
    assert spans == [(2000, 9480 + FRAME), (5000, 12_000 + FRAME), (20_040, 27_520 + FRAME), (30_000, 30_000 + FRAME)]
    assert [one["tags"]["title"] for one in found][1:3] == ['says "more" second line <b>', "Håndtegn – «ja» <3"]


def test_json_is_whole_and_in_milliseconds():
    document = json.loads(written("json"))
    (film,) = document["films"]
    assert document["case"] == "K1"
    assert "path" not in film
    assert [(one["in_ms"], one["out_ms"], one["still"]) for one in film["moments"]] == [
        (2000, 9480, False), (5000, 12_000, False), (20_040, 27_520, False), (30_000, 30_000, True),
    ]  # fmt: skip
