"""The command line without films: every command through `main`, as a script would use it."""

import json
import os
import shlex
import subprocess
import sys
from argparse import ArgumentParser, _SubParsersAction
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from vigtui import wiring
from vigtui.cli import main, output, surroundings
from vigtui.cli.parser import build_parser
from vigtui.cli.run import command_of
from vigtui.domain.consent import Purpose
from vigtui.domain.cycle import Cycle
from vigtui.domain.errors import NotFound
from vigtui.domain.way import Counts
from vigtui.services import cases as case_services
from vigtui.services import goals
from vigtui.services.packs import SHIPPED
from vigtui.services.today import counts_of, overview

SHIPPED_IDS = {file.stem for file in SHIPPED.glob("*.toml")}


@dataclass(frozen=True)
class Answer:
    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        return json.loads(self.out)


Cli = Callable[..., Answer]


@pytest.fixture
def cli(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Cli:
    monkeypatch.setenv("VIGTUI_LIBRARY", str(tmp_path / "library"))
    monkeypatch.setenv("VIGTUI_CONFIG", str(tmp_path / "config"))

    def run(*words: str) -> Answer:
        code = main(words)
        captured = capsys.readouterr()
        return Answer(code, captured.out, captured.err)

    return run


@pytest.fixture
def family(cli: Cli) -> Cli:
    assert cli("case", "new", "--code", "K1").code == 0
    assert cli("person", "add", "--case", "K1", "--role", "client", "--name", "Jördis").code == 0
    assert cli("person", "add", "--case", "K1", "--role", "child", "--name", "[Pip]").code == 0
    return cli


def test_reading_makes_no_library(cli: Cli, tmp_path: Path) -> None:
    listed = cli("cases")
    assert (listed.code, listed.out) == (0, "")
    assert "There is no library yet." in listed.err
    assert "vigtui demo" in listed.err
    assert cli("cases", "--json").document == []
    for words in (["show", "K1"], ["search", "x"], ["person", "add", "--case", "K", "--role", "client", "--name", "A"]):
        refused = cli(*words)
        assert refused.code == 1
        assert "There is no library yet." in refused.err
    assert not (tmp_path / "library").exists()


def test_a_case_from_nothing_to_json(family: Cli) -> None:
    given = family(
        "consent", "give", "--case", "K1", "--person", "[Pip]", "--purpose", "own-copy", "--by", "Jördis",
        "--on", "2026-01-02", "--until", "2027-01-02", "--json",
    ).document  # fmt: skip
    assert (given["purpose"], given["given_on"], given["until"]) == ("own-copy", "2026-01-02", "2027-01-02")
    document = family("show", "K1", "--json").document
    assert document["case"]["code"] == "K1"
    assert [(one["name"], one["role"], one["child"]) for one in document["people"]] == [
        ("Jördis", "client", False),
        ("[Pip]", "child", True),
    ]
    assert document["consents"] == [given]
    assert [one["number"] for one in document["cycles"]] == [1]
    assert document["next_step"]["stage"] == "goals"
    rail = document["stages"][0]
    assert rail["cycle"] == 1
    assert [(one["stage"], one["standing"]) for one in rail["rail"]][:2] == [("goals", "now"), ("film", "ahead")]
    assert "the helping question" in rail["rail"][0]["missing"]


def test_a_withdrawn_consent_is_shown_as_withdrawn(family: Cli) -> None:
    where = ("--case", "K1", "--person", "Jördis", "--purpose", "therapy")
    assert family("consent", "give", *where, "--by", "Jördis").code == 0
    gone = family("consent", "withdraw", *where, "--why", "moved away", "--json").document
    assert [one["withdrawn_why"] for one in gone] == ["moved away"]
    assert "moved away" in family("show", "K1").out
    again = family("consent", "withdraw", *where, "--why", "again")
    assert (again.code, "no consent" in again.err) == (1, True)


def test_changes_stand_in_the_audit_trail(family: Cli, tmp_path: Path) -> None:
    from vigtui.domain.audit import AuditEntry

    family("consent", "give", "--case", "K1", "--person", "Jördis", "--purpose", "therapy", "--by", "Jördis")
    library = wiring.open_library(tmp_path / "library", actor="test")
    try:
        done = [one.action for one in library.read(lambda work: work.find(AuditEntry))]
    finally:
        library.close()
    assert "case made" in done
    assert "consent given" in done


def test_cases_say_what_comes_next(family: Cli) -> None:
    line = family("cases", "--json").document[0]
    assert set(line) == {
        "code", "id", "status", "pack", "cycle", "stage", "next_step", "due", "overdue", "reminders",
    }  # fmt: skip
    assert (line["code"], line["cycle"], line["stage"], line["overdue"]) == ("K1", 1, "goals", False)
    assert line["next_step"] == "cycle 1: set the question and goals"
    assert "set the question and goals" in family("cases").out


def test_search_finds_what_was_typed(family: Cli) -> None:
    assert [one["code"] for one in family("search", "jörd", "--json").document] == ["K1"]
    assert "people" in family("search", "Jördis").out
    nothing = family("search", "a\udcff", "[")
    assert (nothing.code, nothing.out) == (0, "")
    assert nothing.err


def test_library_may_stand_before_and_behind_the_command(cli: Cli, tmp_path: Path) -> None:
    named = str(tmp_path / "named")
    assert cli("--library", named, "case", "new", "--code", "A").code == 0
    assert cli("case", "new", "--code", "B", "--library", named).code == 0
    assert [one["code"] for one in cli("cases", "--json", "--library", named).document] == ["A", "B"]
    assert not (tmp_path / "library").exists()


@pytest.mark.parametrize(
    "words",
    [
        ["--library", "", "cases"],
        ["nonsense"],
        ["case"],
        ["case", "new"],
        ["cases", "--jso"],
        ["clip", "add", "--case", "K1", "--cycle", "one", "--in", "1", "--out", "2"],
        ["film", "add", "--case", "K1", "--cycle", "1"],
        ["\x1b[31mred\x07"],
        ["cases", "\x1b]0;title\x07\udcff"],
    ],
)
def test_wrong_usage_is_2_and_safe_to_print(cli: Cli, words: list[str], tmp_path: Path) -> None:
    answer = cli(*words)
    assert (answer.code, answer.out) == (2, "")
    assert answer.err.startswith("usage: vigtui")
    assert not {"\x1b", "\x07", "\udcff"} & set(answer.err)
    assert not (tmp_path / "library").exists()


def test_refusals_are_one_json_document_too(family: Cli) -> None:
    answer = family("show", "K\x1b[1m2", "--json")
    assert answer.code == 1
    assert answer.document["error"]["summary"] == "There is no case “K[1m2”."
    assert "K1" in answer.document["error"]["remedy"]
    assert answer.document["error"]["summary"] in answer.err


def test_names_that_would_act_on_a_terminal(cli: Cli) -> None:
    assert cli("case", "new", "--code", "K\x1b[31m\udcff\x9b").code == 0
    assert (
        cli("person", "add", "--case", "K[31m\ufffd", "--role", "other", "--name", "\u202eeilA [b]x[/b] 👨‍👩‍👧").code
        == 0
    )
    for words in (["cases"], ["show", "K[31m\ufffd"], ["show", "K[31m\ufffd", "--json"]):
        answer = cli(*words)
        assert answer.code == 0
        assert not {"\x1b", "\x9b", "\udcff"} & set(answer.out)
    assert "[b]x[/b]" in cli("show", "K[31m\ufffd").out
    assert "\u202e" not in cli("show", "K[31m\ufffd").out


def test_json_escapes_what_a_terminal_acts_on(capsys: pytest.CaptureFixture[str]) -> None:
    output.print_json({"a": "x\x1b\x7f\x9b\n\udc80 ü"})
    printed = capsys.readouterr().out
    assert not {"\x1b", "\x7f", "\x9b"} & set(printed)
    assert json.loads(printed) == {"a": "x\x1b\x7f\x9b\n\ufffd ü"}


def test_json_names_days_and_instants(capsys: pytest.CaptureFixture[str]) -> None:
    at = datetime(2026, 3, 4, 5, 6, 7, 8000, tzinfo=timezone(timedelta(hours=2)))
    cycle = Cycle(id="c", case_id="k", number=1, opened_on=date(2026, 3, 4))
    output.print_json([at, Purpose.OWN_COPY, cycle, (1, True, None)])
    printed = json.loads(capsys.readouterr().out)
    assert printed[:2] == ["2026-03-04T03:06:07.008+00:00", "own-copy"]
    assert printed[2]["opened_on"] == "2026-03-04"
    assert printed[3] == [1, True, None]
    with pytest.raises(TypeError):
        output.plain(object())


def test_tables_keep_their_columns() -> None:
    lines = output.table(("A", "B"), [("日本", "x\ny\tz"), ("e\u0301", "w")]).splitlines()
    assert lines == ["A     B", "日本  x y z", "e\u0301     w"]


def test_packs_and_keys(cli: Cli) -> None:
    assert {one["id"] for one in cli("packs", "--json").document["packs"]} == SHIPPED_IDS
    assert "parent-child" in cli("packs").out
    keys = cli("keys", "--json").document
    assert {"id", "keys", "label", "help", "place"} <= set(keys[0])
    assert len({one["id"] for one in keys}) == len(keys)
    assert keys[0]["help"] in cli("keys").out


def test_a_faulty_pack_hides_nothing(family: Cli, tmp_path: Path) -> None:
    own = tmp_path / "config" / "packs"
    own.mkdir(parents=True)
    (own / "own.toml").write_text('id = "own"\nname = "Ours\n', "utf-8")
    listed = family("packs", "--json").document
    assert {one["id"] for one in listed["packs"]} == SHIPPED_IDS
    assert [(Path(one["file"]).name, one["faults"][0]["line"]) for one in listed["faulty"]] == [("own.toml", 2)]
    plain = family("packs")
    assert "own.toml" in plain.err
    assert "parent-child" in plain.out
    checked = family("packs", "check", str(own / "own.toml"), "--json")
    assert (checked.code, checked.document["faults"][0]["line"]) == (1, 2)
    assert "Line 2" in checked.err
    assert family("packs", "check", str(SHIPPED / "parent-child.toml")).code == 0
    assert family("doctor", "--json").code == 1


class _Packs:
    """Knows one pack by another's counts, and none else."""

    def __init__(self, days: int) -> None:
        self.days = days

    def get(self, pack_id: str) -> Any:
        if pack_id != "parent-child":
            raise NotFound
        from dataclasses import replace

        pack = wiring.pack_shelf().get("parent-child")
        return replace(pack, counts=replace(pack.counts, days_to_review=self.days))


def test_overview_puts_overdue_first_then_due_then_code(tmp_path: Path) -> None:
    library = wiring.open_library(tmp_path, actor="test")
    pack = wiring.pack_shelf().get("parent-child")
    today = date(2026, 6, 10)
    plans = {"b": None, "A": None, "late": date(2026, 6, 9), "next": date(2026, 6, 11), "far": date(2026, 7, 1)}

    def job(work: Any) -> None:
        from vigtui.domain.film import FilmingPlan
        from vigtui.domain.goal import Occasion
        from vigtui.domain.person import Role
        from vigtui.services import people

        for code, planned in plans.items():
            case = case_services.new_case(work, code, pack)
            people.add_person(work, case.id, Role.CLIENT, "Jo")
            goals.ask(work, case.id, "How?")
            goal = goals.add_goal(work, case.id, "calm")
            cycle = work.find(Cycle, case_id=case.id)[0]
            for what in (None, goal):
                goals.rate(work, case.id, what, 3, cycle_id=cycle.id, rater="Jo", occasion=Occasion.FIRST, comment="")
            plan = work.find(FilmingPlan, case_id=case.id)[0]
            work.update(FilmingPlan, plan.id, planned_on=planned, activity="play")

    try:
        library.change(job)
        files = library.read(case_services.load_all)
    finally:
        library.close()
    lines = overview(files, _Packs(7), today)
    assert [line.case.code for line in lines] == ["late", "next", "far", "A", "b"]
    assert [line.overdue for line in lines] == [True, False, False, False, False]
    assert lines[0].due == date(2026, 6, 9)


def test_a_lost_pack_does_not_hide_its_cases() -> None:
    assert counts_of(_Packs(3), "gone") == Counts()
    assert counts_of(_Packs(3), "parent-child").days_to_review == 3


def test_doctor_is_content_with_a_sound_library(family: Cli, tmp_path: Path) -> None:
    answer = family("doctor", "--json")
    report = answer.document
    assert answer.code == 0, report["problems"]
    assert report["library"]["health"] == "ok"
    assert report["library"]["counts"]["people"] == 2
    assert report["library"]["too_open"] == []
    assert report["versions"]["textual"].startswith("8.")
    assert (set(report["packs"]["sound"]), report["packs"]["faulty"]) == (SHIPPED_IDS, [])
    assert "health: ok" in family("doctor").out


def test_doctor_needs_no_library_and_makes_none(cli: Cli, tmp_path: Path) -> None:
    answer = cli("doctor", "--json")
    assert answer.code == 0
    assert answer.document["library"]["there"] is False
    assert not (tmp_path / "library").exists()


def test_doctor_names_what_is_missing(cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    answer = cli("doctor", "--json")
    assert answer.code == 1
    assert answer.document["players"]["mpv"] is None
    broken = [one["what"] + one["remedy"] for one in answer.document["problems"] if one["broken"]]
    assert any("mpv" in one and "apt install" in one for one in broken)
    assert any("ffmpeg" in one and "apt install" in one for one in broken)
    assert answer.document["library"]["encrypted_disk"] == "cannot tell"


def test_doctor_mends_permissions_with_a_command(family: Cli, tmp_path: Path) -> None:
    folder = tmp_path / "library"
    folder.chmod(0o755)
    (folder / "vigtui.sqlite").chmod(0o644)
    answer = family("doctor", "--json")
    assert answer.code == 0
    assert len(answer.document["library"]["too_open"]) >= 2
    remedy = next(one["remedy"] for one in answer.document["problems"] if "too open" in one["what"])
    subprocess.run(shlex.split(remedy.removeprefix("Run: ")), stdin=subprocess.DEVNULL, timeout=30, check=True)
    assert family("doctor", "--json").document["library"]["too_open"] == []


def test_doctor_sees_damage_and_changes_nothing(family: Cli, tmp_path: Path) -> None:
    file = tmp_path / "library" / "vigtui.sqlite"
    whole = file.read_bytes()
    middle = len(whole) // 2
    file.write_bytes(whole[:middle] + os.urandom(16384) + whole[middle + 16384 :])
    damaged = file.read_bytes()
    answer = family("doctor", "--json")
    assert answer.code == 1
    assert "damaged" in " ".join(one["what"] for one in answer.document["problems"] if one["broken"])
    assert file.read_bytes() == damaged


def test_doctor_survives_faulty_settings(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "settings.toml").write_text("mpv = 1\n", "utf-8")
    answer = cli("doctor", "--json")
    assert answer.code == 1
    assert "settings.toml" in answer.document["problems"][0]["what"]


@pytest.mark.parametrize(("mounted", "told"), [("/secret", True), ("/open", False), ("/other", None)])
def test_encryption_as_lsblk_tells_it(mounted: str, told: bool | None) -> None:
    crypt = {"name": "x", "type": "crypt", "children": [{"name": "lv", "type": "lvm", "mountpoint": "/secret"}]}
    disk = {"name": "sda", "type": "disk", "children": [{"name": "sda1", "type": "part", "children": [crypt]}]}
    plain = {"name": "sdb", "type": "disk", "mountpoint": "/open"}
    assert surroundings.encrypted_by(json.dumps({"blockdevices": [disk, plain]}), Path(mounted)) is told
    assert surroundings.encrypted_by("lsblk: broken", Path(mounted)) is None


def _leaves(parser: ArgumentParser) -> Iterator[ArgumentParser]:
    groups = [action for action in parser._actions if isinstance(action, _SubParsersAction)]
    yield parser
    for group in groups:
        for one in group.choices.values():
            yield from _leaves(one)


def test_every_command_has_its_function() -> None:
    named = {leaf.get_default("command") for leaf in _leaves(build_parser())} - {None}
    assert len(named) == 37
    for command in named:
        options = build_parser().parse_args([])
        options.command = command
        assert callable(command_of(options))


def _modules_after(folder: Path, *words: str) -> set[str]:
    script = "import sys, vigtui.cli as c; code = c.main(sys.argv[1:]); print(code, *sys.modules, file=sys.stderr)"
    environment = {**os.environ, "VIGTUI_LIBRARY": str(folder / "library"), "VIGTUI_CONFIG": str(folder / "config")}
    done = subprocess.run(
        [sys.executable, "-c", script, *words],
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
    )
    code, *modules = done.stderr.splitlines()[-1].split()
    assert code == "0", done.stderr
    return set(modules)


@pytest.mark.parametrize(
    ("words", "without"),
    [
        (["packs"], {"textual", "mpv", "sqlite_utils", "rich", "ctypes"}),
        (["keys"], {"textual", "mpv", "sqlite_utils", "rich"}),
        (["cases", "--json"], {"textual", "mpv", "rich"}),
        (["show", "K1"], {"textual", "mpv", "rich"}),
        (["search", "K1"], {"textual", "mpv", "rich"}),
        (["doctor"], {"textual", "mpv", "rich"}),
        (["case", "new", "--code", "K2"], {"textual", "mpv", "rich"}),
    ],
)
def test_commands_import_only_what_they_use(family: Cli, tmp_path: Path, words: list[str], without: set[str]) -> None:
    assert not without & _modules_after(tmp_path, *words)


def test_a_reader_who_has_had_enough_is_no_error(family: Cli) -> None:
    read, write = os.pipe()
    os.close(read)
    command = [sys.executable, "-m", "vigtui", "keys", "--json"]
    try:
        done = subprocess.run(command, stdout=write, stderr=subprocess.PIPE, text=True, timeout=30, check=False)
    finally:
        os.close(write)
    assert (done.returncode, done.stderr) == (1, "")


def test_a_terminal_without_unicode_gets_an_answer(family: Cli, tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    for words in (["show", "K1"], ["show", "K1", "--json"]):
        done = subprocess.run(
            [sys.executable, "-m", "vigtui", *words], env=environment, capture_output=True, timeout=30, check=True
        )
        done.stdout.decode("ascii")
        if "--json" in words:
            assert json.loads(done.stdout)["people"][0]["name"] == "Jördis"
