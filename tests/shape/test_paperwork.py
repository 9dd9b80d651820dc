"""README, generated documents, pins and scripts: that they say what is so."""

import os
import re
import subprocess
import tomllib
from dataclasses import fields

import pytest

from script import docs
from tests.shape.sources import ROOT
from vigtui.store.database import open_database
from vigtui.store.tables import TABLES

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
README = (ROOT / "README.md").read_text("utf-8")
SCRIPTS = ["script/run", "script/test", "script/check", "script/docs", ".ci/run"]
FOLDERS = ("vigtui", "styles", "tests", "docs", "script", ".ci", "bench")
TOP = ("README.md", "CHANGELOG.md", "pyproject.toml", "constraints.txt")


@pytest.mark.parametrize(
    ("name", "made"), [("schema.md", docs.schema), ("keys.md", docs.keys), ("papers.md", docs.papers)]
)
def test_generated_document_is_fresh(name, made):
    assert (ROOT / "docs" / name).read_text("utf-8") == made(), "run script/docs"


@pytest.mark.parametrize("name", ["privacy.md", "reliability.md"])
def test_each_promise_names_a_test_that_is_there_and_all_fit_on_one_page(name):
    text = (ROOT / "docs" / name).read_text("utf-8")
    promises = [part for part in text.split("\n\n") if part.startswith("**")]
    assert len(promises) > 6
    assert len(text.split()) <= 650
    for promise in promises:
        named = re.findall(r"`([a-z0-9_]+/[a-z_0-9]+\.py)`", promise)
        assert named, f"no test: {promise[:60]}"
        assert [one for one in named if not ((ROOT / "tests" / one).is_file() or (ROOT / one).is_file())] == []


def test_readme_names_the_two_commands_and_the_picture():
    assert re.search(r"^\s*script/run\b", README, re.MULTILINE)
    assert re.search(r"^\s*script/run demo\b", README, re.MULTILINE)
    assert "docs/picture.svg" in README


@pytest.mark.parametrize(
    "file", [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))], ids=lambda file: file.name
)
def test_links_lead_somewhere(file):
    links = re.findall(r"\]\(([^)#]+)[^)]*\)", file.read_text("utf-8"))
    # The picture is taken of the finished program, after everything else.
    gone = [one for one in links if not (file.parent / one).exists() and not one.endswith("picture.svg")]
    assert not gone


def test_every_table_has_the_columns_of_its_record(tmp_path):
    db = open_database(tmp_path / "library")
    try:
        columns = {name: {column.name for column in db.table(name).columns} - {"n"} for name in TABLES.values()}
    finally:
        db.close()
    assert columns == {name: {field.name for field in fields(kind)} for kind, name in TABLES.items()}


def test_every_dependency_says_why_it_is_there():
    lines = (ROOT / "pyproject.toml").read_text("utf-8").splitlines()
    wanted = [*PROJECT["project"]["dependencies"], *PROJECT["dependency-groups"]["test"]]
    silent = [
        one for one in wanted if not any(re.match(rf'\s*"{re.escape(one)}",\s+# .*\(.+\)$', line) for line in lines)
    ]
    assert wanted
    assert not silent


def test_every_dependency_is_pinned_by_name_and_version_alone():
    lines = (ROOT / "constraints.txt").read_text("utf-8").splitlines()
    assert not [line for line in lines if not re.fullmatch(r"[A-Za-z0-9_.-]+==[0-9][0-9A-Za-z.]*", line)]
    pinned = {line.partition("==")[0].lower().replace("_", "-") for line in lines}
    wanted = [
        *PROJECT["project"]["dependencies"],
        *PROJECT["dependency-groups"]["test"],
        *PROJECT["build-system"]["requires"],
    ]
    assert {re.match(r"[\w-]+", one)[0].lower() for one in wanted} <= pinned


def test_licence_is_the_gpl_in_full():
    words = (ROOT / "LICENSE").read_text("utf-8")
    assert "GNU GENERAL PUBLIC LICENSE\n                       Version 3, 29 June 2007" in words
    assert "END OF TERMS AND CONDITIONS" in words
    assert PROJECT["project"]["license"] == "GPL-3.0-or-later"


def test_changelog_has_this_version():
    assert f"## {PROJECT['project']['version']}" in (ROOT / "CHANGELOG.md").read_text("utf-8")


@pytest.mark.parametrize("name", SCRIPTS)
def test_script_can_be_started_and_is_sound_bash(name):
    script = ROOT / name
    assert os.access(script, os.X_OK)
    words = script.read_text("utf-8")
    assert words.startswith("#!/usr/bin/env bash\n")
    assert "\nset -euo pipefail\n" in words
    subprocess.run(["bash", "-n", script], stdin=subprocess.DEVNULL, check=True, timeout=10)


def test_nothing_speaks_of_one_machine_or_names_where_packages_come_from():
    forbidden = re.compile(
        "|".join(
            ("/wo" + "rk/", "/ro" + "ot/", "py" + "pi", "/simp" + "le/", r"index-u" + "rl", r"\bregis" + r"try\b")
        ),
        re.I,
    )
    files = [ROOT / name for name in TOP]
    for folder in FOLDERS:
        files += [file for file in (ROOT / folder).rglob("*") if file.is_file() and file.suffix not in {".pyc", ".svg"}]
    found = [
        f"{file.relative_to(ROOT)}:{number} {line.strip()[:80]}"
        for file in files
        for number, line in enumerate(file.read_text("utf-8", errors="replace").splitlines(), 1)
        if forbidden.search(line)
    ]
    assert not found
