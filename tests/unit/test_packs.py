"""Script packs: the shipped one, what a prompt becomes, how faults are told, the schema, and the shelf."""

import json
import os
import re
import subprocess
import sys
import tomllib
from dataclasses import MISSING, fields, is_dataclass
from pathlib import Path
from typing import Any, get_args, get_type_hints

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vigtui.domain.errors import NotFound, NotSensible, PackError
from vigtui.domain.pack_faults import PackFaults
from vigtui.domain.packs import Order, Pack, PhaseKind, Question, Selects, Show, fill, steps
from vigtui.domain.principles import level_of
from vigtui.domain.wording import MONTHS
from vigtui.services.pack_reading import Locator, parse_pack
from vigtui.services.packs import SHIPPED, PackShelf

TEXT = (SHIPPED / "parent-child.toml").read_text(encoding="utf-8")
SCHEMA = json.loads((SHIPPED / "pack.schema.json").read_text(encoding="utf-8"))
LADDER = ["see", "child", "you", "difference", "child-inside", "your-inside", "name", "meaning", "link", "elsewhere"]


@pytest.fixture(scope="module")
def pack() -> Pack:
    return parse_pack(TEXT, name="parent-child.toml")


def changed(*swaps: tuple[str, str]) -> str:
    """The shipped pack with the first place of each text swapped."""
    text = TEXT
    for old, new in swaps:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text


def faults(text: str) -> PackFaults:
    with pytest.raises(PackFaults) as caught:
        parse_pack(text, name="own.toml")
    return caught.value


def phrases(thing: Any) -> list[str]:
    """Every text in a pack that is said or read in a case."""
    found = []
    for name, hint in get_type_hints(type(thing), include_extras=True).items():
        value = getattr(thing, name)
        if is_dataclass(value):
            found += phrases(value)
        elif isinstance(value, tuple):
            found += [p for entry in value if is_dataclass(entry) for p in phrases(entry)]
            found += [entry for entry in value if type(entry) is str]
        elif any(getattr(rule, "phrase", False) for rule in get_args(hint)):
            found.append(value)
    return found


# --- the shipped pack ---------------------------------------------------------------------------------------------


def test_the_shipped_pack_holds_the_whole_practice(pack: Pack) -> None:
    assert (pack.id, pack.language, pack.order, pack.question) == ("parent-child", "en", Order.FILM_FIRST, Question.OWN)
    assert not pack.group
    assert [(level.number, len(level.behaviours)) for level in pack.levels] == list(
        zip(range(1, 7), (5, 8, 6, 8, 7, 8), strict=True)
    )
    assert [phase.letter for phase in pack.review.phases] == list("ABCDE")
    assert [phase.minutes for phase in pack.review.phases] == [(5, 10), (1, 2), (8, 15), (5, 10), (3, 5)]
    assert [phase.letter for phase in pack.review.phases if phase.kind is PhaseKind.PER_CLIP] == ["C"]
    assert [rung.id for rung in pack.review.phases[2].rungs] == LADDER
    assert pack.review.phases[2].rungs[0].show is Show.PLAY
    assert (len(pack.filming.checklist), len(pack.filming.say), len(pack.filming.after)) == (9, 4, 4)
    assert (len(pack.dyads), len(pack.review.loop), len(pack.clips.reasons)) == (3, 7, 3)
    assert pack.review.repair
    assert pack.description.startswith("One parent")


def test_the_defaults_are_those_of_the_practice_also_without_their_sections(pack: Pack) -> None:
    start, end = TEXT.index("[scale]"), TEXT.index("[review]")
    clips = "count = 3\nmost = 5\nideal_seconds = 10\nwarn_seconds = 60\n"
    bare = parse_pack((TEXT[:start] + TEXT[end:]).replace(clips, ""), name="bare")
    assert bare.counts == pack.counts
    assert (bare.scale.lowest, bare.scale.highest) == (0, 10) == (pack.scale.lowest, pack.scale.highest)
    assert bare.clips == pack.clips
    assert (pack.clips.count, pack.clips.most, pack.clips.ideal, pack.clips.warn) == (3, 5, 10_000, 60_000)
    assert pack.clips.selects is Selects.PRACTITIONER
    assert not pack.clips.corrective
    assert (pack.counts.cycles, pack.counts.days_to_review, pack.counts.review_minutes) == ((3, 4), 7, 60)
    assert (pack.counts.film_minutes, pack.counts.retention_days, pack.counts.follow_up_months) == (10, 60, (3, 6))


def test_principles_are_found_by_their_ids(pack: Pack) -> None:
    assert pack.behaviour("receiving.smiles").words == "looks back, smiles, nods"
    assert pack.principle_words("receiving.smiles") == "Receiving initiatives: looks back, smiles, nods"
    assert pack.principle_words("receiving") == "Receiving initiatives"
    assert pack.level("attuned.fun").number == 4
    assert level_of("attuned.fun") == level_of("attuned") == "attuned"
    assert pack.role("client").name == "parent"
    every = [behaviour.id for level in pack.levels for behaviour in level.behaviours]
    assert len(set(every)) == len(every) == 42
    assert all(pack.behaviour(one).id == one for one in every)


@pytest.mark.parametrize("wanted", ["receiving.frowns", "nothing.smiles", "smiles", "receiving.", "receiving", ""])
def test_a_behaviour_that_is_not_there_is_told(pack: Pack, wanted: str) -> None:
    with pytest.raises(NotFound, match=r"has no (behaviour|level)"):
        pack.behaviour(wanted)


# --- steps and prompts --------------------------------------------------------------------------------------------


def test_the_steps_of_a_review_go_through_the_ladder_for_each_clip(pack: Pack) -> None:
    laid = steps(pack, 2)
    assert [step.phase.letter for step in laid] == list("AAAAABBB" + "C" * 20 + "DDDEEEE")
    assert [(step.rung.id, step.clip) for step in laid if step.clip] == [(r, clip) for clip in (1, 2) for r in LADDER]
    assert [step.clip for step in laid[:8]] == [None] * 8


@pytest.mark.parametrize("clips", [0, 1, 3, 5])
def test_a_review_has_ten_rungs_for_each_clip(pack: Pack, clips: int) -> None:
    assert len(steps(pack, clips)) == 15 + 10 * clips


def test_a_review_of_fewer_than_no_clips_is_refused(pack: Pack) -> None:
    with pytest.raises(NotSensible):
        steps(pack, -1)


def test_prompts_speak_of_the_people_of_the_case(pack: Pack) -> None:
    rungs = {step.rung.id: step.rung.prompt for step in steps(pack, 1)}
    known = {"child": "Mika", "question": "How do I reach {her}?", "working_point": "  "}
    words = pack.words_for(known)
    assert fill(rungs["child"], words) == "What is Mika doing? What might Mika be telling you?"
    assert fill(rungs["question"], words).startswith("In your words: “How do I reach {her}?”")
    assert fill(rungs["tried"], words).endswith("“what you wanted to do more of”.")
    assert fill(rungs["rating"], words) == "Where is it today, from 0 to 10?"
    assert fill(rungs["meaning"], words).endswith("About you as a parent?")
    assert fill(rungs["child"], pack.words_for({})).startswith("What is your child doing?")


def test_words_that_look_like_placeholders_are_left_alone(pack: Pack) -> None:
    assert fill("Hello {child}", pack.words_for({"child": "{client}"})) == "Hello {client}"
    assert pack.words_for({"child": "Mika", "client_word": "hero", "other-thing": "x"})["client_word"] == "parent"


def test_every_phrase_of_the_shipped_pack_can_be_filled(pack: Pack) -> None:
    every = phrases(pack)
    assert len(every) > 60
    assert sum("{" in phrase for phrase in every) >= 10
    assert not [one for one in every if re.search("[{}]", fill(one, pack.words_for({})))]


def test_a_placeholder_without_a_word_is_an_error() -> None:
    with pytest.raises(PackError, match=r"\{aunt\}"):
        fill("Ask {aunt}.", {"child": "Mika"})


# --- faults -------------------------------------------------------------------------------------------------------

NEW = "◂"
"""Marks the line where the fault is expected; taken out before the text is read."""

LATE = '[[review.phases]]◂\nid = "late"\nletter = "F"\nname = "Late"\nminutes = [1, 2]\n\n'
DIFFERENCE = '[[review.phases.rungs]]\nid = "difference"\nname = "Difference"\n'
NAMED = 'name = "Parent and child"'
LONG = 'prompt = "What difference does that make to {child}? What shows it?"\n'

SCHEMA_SEES = [
    ('id = "parent-child"', 'id = "Parent Child"◂', "id", "It must be small letters"),
    (NAMED, "name = 3◂", "name", 'must be words between straight double quotes. Write  name = "…"'),
    (NAMED, 'name = ""◂', "name", "is empty"),
    (NAMED, 'name = " \\n "◂', "name", "is empty"),
    (NAMED, 'name = "Two\\nlines"◂', "name", "one line without curly brackets"),
    (NAMED, 'name = "A {child}"◂', "name", "one line without curly brackets"),
    (NAMED, 'name = "\\u001b[2J"◂', "name", "invisible control character"),
    (NAMED, 'name = "a\\u202eb"◂', "name", "invisible control character"),
    ('language = "en"', 'language = "english please"◂', "language", "language tag"),
    ('order = "film_first"', 'order = "film_frist"◂', "order", "Did you mean film_first?"),
    ('order = "film_first"', 'order = "x"◂', "order", "Choose one of: film_first, review_next_visit."),
    ("group = false", 'group = "no"◂', "group", "true or false, without quotes. Write  group = true"),
    ("group = false", "groups = false◂", "groups", "Did you mean group?"),
    ('question = "own"', 'question = "theme"◂', "question", "[[visits]]"),
    (
        '[words]\nquestion = "what you hope for"\n',
        "[words]◂\n",
        "words.question",
        'has no question. Add a line  question = "…"',
    ),
    ('[[roles]]\nid = "client"', '[[roles]]◂\nid = "carer"', "roles", "has no role “client”"),
    ('id = "supervisor"', 'id = "principle"◂', "roles[6].id", "cannot be called “principle”"),
    ('id = "supervisor"', 'id = "client_word"◂', "roles[6].id", "cannot be called “client_word”"),
    ('pair = ["client", "child"]', 'pair = ["client"]◂', "dyads[0].pair", "needs 2 entries, not 1"),
    ('pair = ["client", "child"]', 'pair = ["client", "client"]◂', "dyads[0].pair[1]", "a second time"),
    ("number = 2", "number = true◂", "levels[1].number", "must be a whole number"),
    ("number = 2", "number = 10◂", "levels[1].number", "between 1 and 9"),
    (
        '  { id = "space", words = "gives',
        '  { id = "space", word = "gives◂',
        "levels[0].behaviours[1].word",
        "Did you mean words?",
    ),
    ('words = "gives time and space" }', "words = 2020-01-01 }◂", "levels[0].behaviours[1].words", "must be words"),
    ("minutes = [5, 20]", "minutes = 5◂", "filming.minutes", "square brackets. Write  minutes = [5, 10]"),
    ("minutes = [5, 20]", 'minutes = [5, "20"]◂', "filming.minutes[1]", "entry 2 of “minutes” must be"),
    ("minutes = [5, 20]", "minutes = [5, 601]◂", "filming.minutes[1]", "between 0 and 600"),
    ('  "bath time",', "  7,◂", "filming.activities[2]", "entry 3 of “activities” must"),
    ('  "bath time",', '  "free play",◂', "filming.activities[2]", "“free play” a second time"),
    ('  "bath time",', '  "",◂', "filming.activities[2]", "entry 3 of “activities” is empty"),
    ('at the height of {child}"', 'at the height of {child"◂', "filming.checklist[4].words", "only as in {child}"),
    ("count = 3", "count = 0◂", "clips.count", "between 1 and 20"),
    ("count = 3", "count = 3.0e99◂", "clips.count", "Write  count = 10"),
    ("follow_up_months = [3, 6]", "follow_up_months = []◂", "counts.follow_up_months", "is empty"),
    ("[scale]", "[scales]◂", "scales", "Did you mean scale?"),
    ("[clips]", "[clips]\nlanguage = 1◂", "clips.language", "belongs at the top of the file"),
    ("lowest = 0", 'lowest = 0\nfoo."b.a r" = 1◂', "scale.foo", "It may have: lowest, highest, labels."),
    ('letter = "A"', 'letter = "a"◂', "review.phases[0].letter", "one capital letter"),
    ('kind = "per_clip"\n', "", "review.phases", "no phase comes for each clip"),
    (
        'prompt = "How have things been?"',
        'prompt = "Hm?"\nshow = "play"◂',
        "review.phases[0].rungs[0].show",
        "no clip to show",
    ),
    (
        DIFFERENCE + LONG,
        DIFFERENCE.replace("]]", "]]◂"),
        "review.phases[2].rungs[3].prompt",
        "the rung “difference” has no prompt. Add",
    ),
    (
        DIFFERENCE,
        '[[review.phases.rungs]]◂\nname = "Difference"\n',
        "review.phases[2].rungs[3].id",
        "the rung number 4 has no id",
    ),
    (
        '[[review.phases]]\nid = "next"',
        f'{LATE}[[review.phases]]\nid = "next"',
        "review.phases[4].rungs",
        "has no rungs. Add a line  [[review.phases.rungs]]",
    ),
]
CHECKER_SEES = [
    ("minutes = [8, 15]", "minutes = [15, 8]◂", "review.phases[2].minutes", "runs backwards. Write  minutes = [8, 15]"),
    ("follow_up_months = [3, 6]", "follow_up_months = [6, 3]◂", "counts.follow_up_months", "runs backwards"),
    ('id = "tried"', 'id = "since"◂', "review.phases[0].rungs[1].id", "“since” a second time"),
    ('id = "encouraging"', 'id = "attentive"◂', "levels[1].id", "“attentive” a second time"),
    ('id = "space"', 'id = "interested"◂', "levels[0].behaviours[1].id", "“interested” a second time"),
    ("number = 2", "number = 1◂", "levels[1].number", "“1” a second time"),
    ('letter = "B"', 'letter = "A"◂', "review.phases[1].letter", "“A” a second time"),
    ('id = "strengths"', 'id = "see"◂', "review.phases[3].rungs[0].id", "is in the phase “clip” too"),
    ('initiators = ["child", "client",', 'initiators = ["child", "clint",◂', "initiators[1]", "Did you mean client?"),
    ('pair = ["client", "child"]', 'pair = ["client", "teacher"]◂', "dyads[0].pair[1]", "“teacher”, which is no role"),
    (
        "might {child} be telling",
        "might {chold} be telling◂",
        "review.phases[2].rungs[1].prompt",
        "unknown placeholder {chold}. Did you mean child?",
    ),
    ("count = 3", "count = 6◂", "clips.count", "clips.count is 6, but clips.most is 5"),
    ("ideal_seconds = 10", "ideal_seconds = 61◂", "clips.ideal_seconds", "clips.warn_seconds is 60"),
    ("film_minutes = 10", "film_minutes = 21◂", "counts.film_minutes", "filming.minutes[1] is 20"),
    ("lowest = 0", "lowest = 10◂", "scale.lowest", "begins and ends at 10"),
    ("{ at = 10,", "{ at = 11,◂", "scale.labels[1].at", "between 0 and 10"),
]
CASCADES = {"roles", "roles[6].id", "review.phases", "scale.lowest"}
"""Places where one fault makes others true as well."""


@pytest.mark.parametrize(("old", "new", "where", "says"), SCHEMA_SEES + CHECKER_SEES)
def test_a_fault_is_told_with_its_line_and_place(old: str, new: str, where: str, says: str) -> None:
    marked = changed((old, new))
    found = faults(marked.replace(NEW, "")).faults
    told = next(fault for fault in found if fault.where == where)
    assert says in told.message
    assert len(found) == 1 or where in CASCADES, [fault.message for fault in found]
    assert told.message.startswith(f"Line {told.line}: ")
    if NEW in marked:
        assert told.line == marked[: marked.index(NEW)].count("\n") + 1


def test_all_faults_are_told_at_once_in_the_order_of_the_lines() -> None:
    every = [(old, new) for old, new, *_ in (SCHEMA_SEES[6], SCHEMA_SEES[8], SCHEMA_SEES[24], *CHECKER_SEES[:3])]
    found = faults(changed(*every).replace(NEW, ""))
    assert len(found.faults) == len(every)
    lines = [fault.line for fault in found.faults]
    assert lines == sorted(lines, key=lambda line: line or 0)


def test_a_pack_with_faults_reads_well() -> None:
    text = changed((DIFFERENCE + LONG, DIFFERENCE), ("number = 2", "number = 20"))
    line = text[: text.index("number = 20")].count("\n") + 1
    assert str(faults(text)) == (
        "The script pack “own.toml” has 2 faults.\n"
        f"Line {line}: “number” must lie between 1 and 9.\n"
        f"Line {text[: text.index(DIFFERENCE)].count(chr(10)) + 1}: the rung “difference” has no prompt. "
        'Add a line  prompt = "…"\n'
        "The other packs still work. Correct the file and run `vigtui packs check FILE`."
    )


def test_an_empty_file_is_told_what_a_pack_needs() -> None:
    found = faults("")
    assert [fault.where for fault in found.faults] == SCHEMA["required"]
    assert {fault.line for fault in found.faults} == {None}
    assert "The pack has no roles. Add a line  [[roles]]\n" in str(found)


def test_faulty_roles_do_not_make_every_placeholder_a_fault() -> None:
    text = TEXT.replace("[[roles]]", "[[rolls]]")
    assert [fault.where for fault in faults(text).faults] == ["rolls"]


def test_what_a_stranger_typed_cannot_reach_the_terminal_raw() -> None:
    long = '"\\u001b]0;x\\u0007' + "y" * 500 + '" = 1\n'
    found = faults(long + TEXT.replace('order = "film_first"', 'order = "\\u009b2J"'))
    assert len(found.faults) == 2
    assert re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f]", str(found)) is None
    assert max(len(fault.where) for fault in found.faults) <= 40


SYNTAX = [
    ("name = parent", 1, "straight double quotes"),
    ("\nname = “Parent”", 2, "straight double quotes"),
    ('name "x"', 1, "need an ="),
    ('a = 1\nname = "x\ny = 2', 2, "not closed with a quote"),
    ('a = 1\nb = """x\n\nc = 3\n', 2, 'never closed with """'),
    ("a = '''ok'''\nb = '''x\n\nc = 3\n", 2, "never closed with '''"),
    ("a = [1,\n2\n\n[b]\n", 4, "list is not closed"),
    ("a = 1\na = 2\n", 2, "already"),
    ("[a]\n[b]\n[a]\n", 3, "already"),
    ("a = {b = 1, b = 2}", 1, "already"),
    ('a = "c:\\dir"', 1, "backslash"),
    ('p = "She said "hi" now"', 1, "behind the value"),
    ("[a\nb = 1", 1, "[name] or [[name]]"),
    ("ä = 1", 1, "neither"),
    ('a = "\x07"', 1, "invisible control character"),
    ("a = " + "9" * 5000, None, "thousands of digits"),
    ("a = " + "[" * 5000, None, "nested too deeply"),
]


@pytest.mark.parametrize(("text", "line", "says"), SYNTAX)
def test_what_is_not_toml_is_told_in_plain_words(text: str, line: int | None, says: str) -> None:
    (told,) = faults(text).faults
    assert (told.line, told.where) == (line, "")
    assert says in told.message
    assert "TOML" not in told.message


# --- lines --------------------------------------------------------------------------------------------------------

TRICKY: list[tuple[str, list[tuple[str | int, ...]]]] = [
    ('# [comment] = "no"', []),
    ("plain = 1.5  # [[not]] a = section", [("plain",)]),
    ("when = 1979-05-27 07:32:00", [("when",)]),
    ("\"quoted key\" = 'C:\\ [x]'", [("quoted key",)]),
    ('long = """', [("long",)]),
    ("[fake]", []),
    ('key = "no" \\""" still # inside', []),
    ('""""', []),
    ("raw = '''", [("raw",)]),
    ('[[fake]] """', []),
    ("''''", []),
    ("empty = [\"\", '', \"\"\"\"\"\", '''''']", [("empty",), *(("empty", n) for n in range(4))]),
    ("a.b . c = [ # list", [("a",), ("a", "b"), ("a", "b", "c")]),
    ("  \"one\", ']',", [("a", "b", "c", 0), ("a", "b", "c", 1)]),
    ("  { x = 1, y = [", [("a", "b", "c", 2), ("a", "b", "c", 2, "x"), ("a", "b", "c", 2, "y")]),
    ("    2, # ]", [("a", "b", "c", 2, "y", 0)]),
    ("  3] },", [("a", "b", "c", 2, "y", 1)]),
    ("", []),
    ("  [[4.5], []]]", [("a", "b", "c", 3, *rest) for rest in ((), (0,), (0, 0), (1,))]),
    ('[ sec . "t.1" ] # header', [("sec",), ("sec", "t.1")]),
    ("k = {}", [("sec", "t.1", "k")]),
    ("[[list]]", [("list",), ("list", 0)]),
    ("k = 1", [("list", 0, "k")]),
    ("[[list.deep]]", [("list", 0, "deep"), ("list", 0, "deep", 0)]),
    ("k = 2", [("list", 0, "deep", 0, "k")]),
    ("[[list.deep]]", [("list", 0, "deep", 1)]),
    ("k.l = 3", [("list", 0, "deep", 1, "k"), ("list", 0, "deep", 1, "k", "l")]),
    ("[list.deep.more]", [("list", 0, "deep", 1, "more")]),
    ("k = 4", [("list", 0, "deep", 1, "more", "k")]),
    ("[[list]]", [("list", 1)]),
    ("[[list.deep]]", [("list", 1, "deep"), ("list", 1, "deep", 0)]),
    ('end = "no line end after this \\""', [("list", 1, "deep", 0, "end")]),
]
"""A TOML text line by line, each with the places that begin on it."""


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_every_key_and_entry_has_its_line(ending: str) -> None:
    text = ending.join(line for line, _ in TRICKY)
    assert set(tomllib.loads(text)["list"][0]["deep"][1]["more"]) == {"k"}
    assert Locator(text).lines == {place: n for n, (_, places) in enumerate(TRICKY, 1) for place in places}


def places_in(value: Any, place: tuple[str | int, ...] = ()) -> set[tuple[str | int, ...]]:
    """Every place in a document that tomllib has read."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return {place} | {found for key, entry in inner for found in places_in(entry, (*place, key))}


typed = st.text(st.sampled_from("a\"'[]{}=,.#\\\n \té"), max_size=12)
scalars = st.one_of(
    typed.map(lambda w: json.dumps(w, ensure_ascii=False)),
    typed.map(lambda w: "'" + w.replace("'", "").replace("\n", "") + "'"),
    typed.map(lambda w: '"""' + w.replace("\\", "\\\\").replace('"', '\\"') + '"""'),
    typed.map(lambda w: "'''" + re.sub("''+", "'", w).strip("'") + "'''"),
    st.sampled_from(["1", "-1.5e3", "true", "inf", "2020-01-01T10:00:00.5Z"]),
)
spaces = st.sampled_from(["", " ", "\n", ' # ]}"\n', "\n\n"])
values = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.lists(st.tuples(spaces, inner, spaces), max_size=3).map(lambda es: f"[{','.join(map(''.join, es))}]"),
        st.lists(inner, max_size=3).map(lambda es: f"{{{', '.join(f'k{n} = {e}' for n, e in enumerate(es))}}}"),
    ),
    max_leaves=8,
)
headers = st.sampled_from(["[[l]]", "[[l.m]]", "[[ p . q ]]", "[s{n}]", '[s{n}."x y"]'])


@settings(max_examples=150, deadline=None)
@given(parts=st.lists(st.tuples(headers, st.lists(values, max_size=3)), max_size=5))
def test_the_locator_finds_each_place_tomllib_finds_and_no_other(parts: list[tuple[str, list[str]]]) -> None:
    text = "[[l]]\n"
    for n, (header, entries) in enumerate(parts):
        text += header.replace("{n}", str(n)) + "\n" + "".join(f"v{i} = {entry}\n" for i, entry in enumerate(entries))
    lines = Locator(text).lines
    assert set(lines) == places_in(tomllib.loads(text)) - {()}
    source = text.split("\n")
    for place, line in lines.items():
        if isinstance(place[-1], str) and place[-1][0] in "vk":
            assert f"{place[-1]} = " in source[line - 1]


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_a_damaged_pack_is_refused_with_lines_or_read_and_never_a_crash(data: st.DataObject) -> None:
    lines = TEXT.splitlines()
    at = data.draw(st.integers(0, len(lines) - 1))
    line, junk = lines[at], data.draw(st.text(max_size=8))
    damage = {"drop": [], "twice": [line, line], "cut": [line[: len(line) // 2]], "junk": [line, junk]}
    new = damage[data.draw(st.sampled_from(sorted(damage)))]
    text = "\n".join([*lines[:at], *new, *lines[at + 1 :]])
    found: Pack | PackFaults
    try:
        found = parse_pack(text, name="damaged.toml")
    except PackFaults as refused:
        found = refused
    told = [fault.line for fault in found.faults] if isinstance(found, PackFaults) else [1]
    assert told
    assert all(line is None or 1 <= line <= text.count("\n") + 1 for line in told)


# --- words for papers ---------------------------------------------------------------------------------------------


def papers(*words: tuple[str, str]) -> str:
    return TEXT + "".join(f'[[papers]]\nsays = "{says}"\nwords = "{said}"\n' for says, said in words)


def test_a_pack_says_what_its_papers_say() -> None:
    read = parse_pack(papers(("Case summary", "Résumé du cas"), ("Written on {day}.", "Le {day}.")), name="fr.toml")
    assert [(one.says, one.words) for one in read.papers] == [
        ("Case summary", "Résumé du cas"), ("Written on {day}.", "Le {day}."),
    ]  # fmt: skip
    assert not refused_by_schema(papers(("Written on {day}.", "Le {day}.")))


@pytest.mark.parametrize(
    ("words", "where", "says"),
    [
        ([("Case sumary", "x")], "papers[0].says", "never say “Case sumary”. docs/papers.md lists"),
        ([("Written on {day}.", "Le jour.")], "papers[0].words", "need {day}, each once"),
        ([("Case summary", "Le {day}")], "papers[0].words", "need no placeholder"),
        ([("Goals", "Buts"), ("Goals", "But")], "papers[1].says", "there are words for “Goals” already"),
        ([(MONTHS, "janvier")], "papers[0].words", "twelve words"),
        ([("Goals", "{}")], "papers[0].words", "curly brackets only as in {day}"),
        ([("Goals", "")], "papers[0].words", "is empty"),
    ],
)
def test_words_for_papers_that_cannot_be(words: list[tuple[str, str]], where: str, says: str) -> None:
    with pytest.raises(PackFaults) as caught:
        parse_pack(papers(*words), name="own.toml")
    [fault] = caught.value.faults
    assert fault.where == where
    assert says in fault.message
    assert fault.line


# --- the schema ---------------------------------------------------------------------------------------------------


def refused_by_schema(text: str) -> bool:
    return not jsonschema.Draft202012Validator(SCHEMA).is_valid(tomllib.loads(text))


def test_the_schema_is_one_and_takes_the_shipped_pack() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    assert not refused_by_schema(TEXT)


@pytest.mark.parametrize(("old", "new"), [(old, new) for old, new, *_ in SCHEMA_SEES])
def test_the_schema_refuses_what_the_checker_refuses(old: str, new: str) -> None:
    assert refused_by_schema(changed((old, new)).replace(NEW, ""))


def test_the_schema_has_the_keys_choices_and_defaults_of_the_dataclasses() -> None:
    seen = set()

    def agree(kind: Any, schema: dict[str, Any]) -> None:
        seen.add(kind)
        schema = SCHEMA["$defs"][schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema
        hints = get_type_hints(kind)
        assert set(schema["properties"]) == set(hints), kind
        assert schema["required"] == [field.name for field in fields(kind) if field.default is MISSING], kind
        for field in fields(kind):
            inner, hint = schema["properties"][field.name], hints[field.name]
            if "default" in inner:
                told = inner["default"]
                assert (tuple(told) if isinstance(told, list) else told) == field.default, (kind, field.name)
            hint = get_args(hint)[0] if get_args(hint) else hint
            if is_dataclass(hint):
                agree(hint, inner.get("items", inner))
            elif "enum" in inner:
                assert inner["enum"] == list(hint)

    agree(Pack, SCHEMA)
    assert len(seen) == 19


# --- other ways of working are data too ---------------------------------------------------------------------------


def test_a_themed_programme_of_seven_visits_is_data() -> None:
    text = changed(
        ('order = "film_first"', 'order = "review_next_visit"'),
        ('question = "own"', 'question = "theme"'),
        ("cycles = [3, 4]", "cycles = [7, 7]"),
    ) + "".join(
        f'[[visits]]\nid = "visit-{n}"\nname = "Visit {n}"\nprompt = "Today: {{theme}}."\nactivity = "play"\n'
        for n in range(1, 8)
    )
    read = parse_pack(text, name="themed.toml")
    assert (read.order, read.question, read.counts.cycles) == (Order.REVIEW_NEXT_VISIT, Question.THEME, (7, 7))
    assert fill(read.visits[6].prompt, read.words_for({"theme": "crying"})) == "Today: crying."
    assert not refused_by_schema(text)


def test_diagnostic_films_and_group_work_are_data() -> None:
    text = changed(("group = false", "group = true"), ('selects = "practitioner"', 'selects = "client"'))
    text += '[[visits]]\nid = "meal"\nname = "A meal"\nreview = false\n'
    read = parse_pack(text, name="group.toml")
    assert read.group
    assert read.clips.selects is Selects.CLIENT
    assert [(visit.film, visit.review) for visit in read.visits] == [(True, False)]
    assert not refused_by_schema(text)


# --- the shelf ----------------------------------------------------------------------------------------------------


def own(folder: Path, called: str, **swaps: str) -> Path:
    """Write the shipped pack into a service's folder, under another id or name."""
    text = TEXT
    for key, value in swaps.items():
        text = re.sub(f'^{key} = ".*"$', f'{key} = "{value}"', text, count=1, flags=re.MULTILINE)
    folder.mkdir(exist_ok=True)
    file = folder / called
    file.write_text(text, encoding="utf-8")
    return file


def test_the_shelf_has_the_shipped_pack_also_where_there_is_no_own_folder(tmp_path: Path) -> None:
    shelf = PackShelf([tmp_path / "none"])
    assert shelf.get("parent-child").name == "Parent and child"
    assert "parent-child" in [pack.id for pack in shelf.all()]
    assert shelf.faulty() == ()


def test_an_own_pack_wins_over_the_shipped_one_and_a_later_folder_over_an_earlier(tmp_path: Path) -> None:
    own(tmp_path / "a", "x.toml", name="Of the service")
    assert PackShelf([tmp_path / "a"]).get("parent-child").name == "Of the service"
    own(tmp_path / "b", "y.toml", name="Of the team")
    shelf = PackShelf([tmp_path / "a", tmp_path / "b"])
    assert shelf.get("parent-child").name == "Of the team"
    assert [pack.name for pack in shelf.all() if pack.id == "parent-child"] == ["Of the team"]
    assert shelf.faulty() == ()


def test_packs_come_by_name(tmp_path: Path) -> None:
    own(tmp_path, "1.toml", id="one", name="zebra")
    own(tmp_path, "2.toml", id="two", name="Apple")
    names = [pack.name for pack in PackShelf([tmp_path]).all()]
    assert names == sorted(names, key=str.casefold)
    assert {"Apple", "zebra"} <= set(names)


def test_a_faulty_file_hides_no_other_pack(tmp_path: Path) -> None:
    (tmp_path / "1-broken.toml").write_text("id = ")
    own(tmp_path, "2-good.toml", id="good")
    (tmp_path / "3-folder.toml").mkdir()
    own(tmp_path, "4-good-again.toml", id="good")
    (tmp_path / "._2-good.toml").write_text("left behind by another system")
    (tmp_path / "notes.txt").write_text("no pack")
    shelf = PackShelf([tmp_path])
    assert {"good", "parent-child"} <= {pack.id for pack in shelf.all()}
    told = {file.name: str(found) for file, found in shelf.faulty()}
    assert list(told) == ["1-broken.toml", "3-folder.toml", "4-good-again.toml"]
    assert "is taken by “2-good.toml”" in told["4-good-again.toml"]
    with pytest.raises(NotFound) as caught:
        shelf.get("goood")
    assert str(caught.value).startswith("There is no script pack “goood”. There are: adult-pair, good, ")
    assert "“1-broken.toml”" in str(caught.value)


def test_a_changed_file_is_read_again_and_an_unchanged_one_is_not(tmp_path: Path) -> None:
    file = own(tmp_path, "x.toml", id="mine", name="First")
    shelf = PackShelf([tmp_path])
    first = shelf.get("mine")
    assert shelf.get("mine") is first
    own(tmp_path, "x.toml", id="mine", name="Second")
    assert shelf.get("mine").name == "Second"
    file.write_text("id = 1", encoding="utf-8")
    assert [at for at, _ in shelf.faulty()] == [file]
    file.unlink()
    assert shelf.faulty() == ()
    with pytest.raises(NotFound):
        shelf.get("mine")


def test_a_file_from_another_editor_is_read(tmp_path: Path) -> None:
    file = tmp_path / "x.toml"
    file.write_bytes(b"\xef\xbb\xbf" + TEXT.replace("\n", "\r\n").encode())
    assert PackShelf().check(file) == parse_pack(TEXT, name="x")


def test_what_cannot_be_read_gets_a_sentence(tmp_path: Path) -> None:
    latin, huge, pipe = tmp_path / "latin.toml", tmp_path / "huge.toml", tmp_path / "pipe.toml"
    latin.write_bytes('id = "a"\nname = "Zoë"'.encode("latin-1"))
    huge.write_bytes(b"# " + b"x" * 1_000_000)
    os.mkfifo(pipe)
    wanted = {
        latin: "Line 2: the file is not UTF-8 text.",
        huge: "larger than 1 MB",
        pipe: "not a file",
        tmp_path: "not a file",
        tmp_path / "none.toml": "No such file",
        tmp_path / "a\0b": "its name is not possible",
        tmp_path / ("n" * 300): "too long",
    }
    for file, says in wanted.items():
        with pytest.raises(PackFaults) as caught:
            PackShelf().check(file)
        assert says in caught.value.faults[0].message, file
        assert caught.value.faults[0].message in str(caught.value)
    assert [file for file, _ in PackShelf([tmp_path]).faulty()] == [huge, latin, pipe]


def test_a_folder_that_is_a_file_is_told(tmp_path: Path) -> None:
    file = own(tmp_path, "packs")
    shelf = PackShelf([file])
    assert [at for at, _ in shelf.faulty()] == [file]
    assert shelf.get("parent-child").name == "Parent and child"


def test_a_file_that_becomes_readable_is_read_though_its_time_and_size_stay(tmp_path: Path) -> None:
    whole, link = own(tmp_path / "away", "x.toml", id="mine"), tmp_path / "own" / "x.toml"
    link.parent.mkdir()
    link.symlink_to(tmp_path / "not-mounted" / "x.toml")
    shelf = PackShelf([link.parent])
    assert "cannot be read" in str(shelf.faulty()[0][1])
    whole.parent.rename(tmp_path / "not-mounted")
    assert shelf.get("mine").id == "mine"
    assert shelf.faulty() == ()


def test_reading_packs_loads_nothing_but_the_standard_library() -> None:
    code = "import sys, vigtui.services.packs as p; print(len(p.PackShelf().all())); print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=Path(__file__).parents[2],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    count, *loaded = done.stdout.split()
    assert int(count) >= 1
    tops = {name.partition(".")[0] for name in loaded}
    assert "tomllib" in tops
    assert not {"textual", "rich", "jsonschema", "sqlite3", "sqlite_utils", "asyncio", "mpv"} & tops
