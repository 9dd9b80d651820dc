"""What an installed vigtui consists of."""

import subprocess
import sys
import zipfile

import pytest

from tests.shape.sources import MODULES, PACKAGE, ROOT, STYLES, STYLESHEETS


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The names in a wheel of this checkout, built without any network."""
    folder = tmp_path_factory.mktemp("wheel")
    done = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    (built,) = folder.glob("*.whl")
    with zipfile.ZipFile(built) as archive:
        return set(archive.namelist())


def test_wheel_holds_every_module(wheel):
    assert {str(file.relative_to(ROOT)) for file in MODULES} <= wheel


def test_wheel_holds_every_stylesheet_inside_the_package(wheel):
    assert "vigtui/styles/app.tcss" in wheel
    assert {f"vigtui/styles/{file.relative_to(STYLES)}" for file in STYLESHEETS} <= wheel


def test_wheel_holds_packs_schema_and_migrations(wheel):
    data = [*(PACKAGE / "packs").glob("*.toml"), *(PACKAGE / "packs").glob("*.json"), *PACKAGE.glob("store/sql/*.sql")]
    assert {"vigtui/packs/pack.schema.json", "vigtui/store/sql/001_first.sql", "vigtui/py.typed"} <= wheel
    assert {str(file.relative_to(ROOT)) for file in data} <= wheel


def test_wheel_holds_the_licence_and_nothing_of_the_workshop(wheel):
    assert any(name.endswith("licenses/LICENSE") for name in wheel)
    assert {name.partition("/")[0].partition("-")[0] for name in wheel} == {"vigtui"}
