"""The papers read back: PDFs by another reader, pictures only with consent, and nothing private on them."""

import json
import shutil
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image
from pypdf import PdfReader

from tests.support.records import ODD_TEXTS
from vigtui.cli import main
from vigtui.domain.clip import Clip
from vigtui.domain.moment import Moment, MomentState
from vigtui.domain.review import NoteKind
from vigtui.media.puppet import make_puppet_play
from vigtui.papers import jpeg_size
from vigtui.reports.as_html import as_html
from vigtui.reports.as_pdf import as_pdf
from vigtui.reports.document import (
    Chart,
    Document,
    Facts,
    Group,
    Heading,
    Paragraph,
    Picture,
    Point,
    Prompt,
    Prompts,
    Quote,
    Room,
    Table,
    Tone,
)
from vigtui.services import cases, editing, goals, reviews, wrap_up
from vigtui.store.database import Library

Cli = Callable[..., tuple[int, Any, str]]


def read(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages).split())


def a_jpeg(size: tuple[int, int] = (64, 36)) -> bytes:
    made = BytesIO()
    Image.new("RGB", size, "teal").save(made, "JPEG")
    return made.getvalue()


def everything(words: str) -> Document:
    """A document with every kind of block, each with these words."""
    points = tuple(Point("7 October", value, 0, 10, words) for value in (3, 5, 10))
    return Document(
        title=words,
        below=words,
        blocks=(
            Heading(words), Paragraph(words, Tone.LEAD), Paragraph(words, Tone.QUIET), Quote(words),
            Facts(((words, words),)), Table((words, "n"), ((words, "1"), (words, "2")), frozenset({1})),
            Prompts((Prompt(words, words, words),)), Room(2), Chart(words, points), Chart(words, points[:1]),
            Group((Heading(words, 3), Picture(a_jpeg(), 64, 36, words))),
        ),
        foot=words,
    )  # fmt: skip


@pytest.mark.parametrize("keepsake", [False, True])
def test_a_pdf_says_all_that_stands_in_the_document(keepsake: bool) -> None:
    document = everything("Zoë waits: “ja, łódź & Ελλάδα <b>”")
    document = Document(document.title, document.below, document.blocks, document.foot, "nl", keepsake)
    pdf = as_pdf(document)
    words = read(pdf)
    assert words.count("łódź & Ελλάδα <b>") >= 16
    for said in ("For the practitioner:", "10", "7 October"):
        assert said in words
    reader = PdfReader(BytesIO(pdf))
    assert (reader.metadata.title, reader.metadata.author, reader.metadata.producer) == (document.title, None, "vigtui")
    assert [len(page.images) for page in reader.pages].count(1) == 1
    assert "DejaVu" in str(reader.pages[0]["/Resources"]["/Font"].get_object()) or b"DejaVu" in pdf, "no own letters"
    assert round(float(reader.pages[0].mediabox.width) / 72 * 25.4) == 210
    assert b"/JS" not in pdf
    assert b"/URI" not in pdf


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(ODD_TEXTS) | st.text(max_size=200))
def test_no_words_stop_a_page(words: str) -> None:
    assert len(PdfReader(BytesIO(as_pdf(everything(words)))).pages) >= 1
    assert "<script" not in as_html(everything(words + "<script>")).lower()


def test_long_documents_have_many_pages_and_no_lonely_heading() -> None:
    blocks = tuple(one for n in range(60) for one in (Heading(f"Part {n}"), Quote("word " * 60), Room(2)))
    pages = [page.extract_text() for page in PdfReader(BytesIO(as_pdf(Document("Long", "", blocks, "foot")))).pages]
    assert len(pages) > 5
    for number, page in enumerate(pages, 1):
        lines = [line for line in page.splitlines() if line.strip()]
        assert not lines[-3].startswith("Part"), f"a heading stands alone at the end of page {number}"
        assert "foot" in page


@pytest.mark.parametrize("size", [(64, 36), (301, 7), (1, 1)])
def test_the_size_of_a_jpeg(size: tuple[int, int]) -> None:
    assert jpeg_size(a_jpeg(size)) == size
    assert jpeg_size(b"\xff\xd8\xff") == (1, 1)


@pytest.fixture(scope="module")
def play(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_puppet_play(tmp_path_factory.mktemp("play") / "play.mp4", seconds=6, size=(320, 180)).path


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory, play: Path) -> Path:
    """A library: a case with a film, three clips of which two are kept, one of them private, and words of every kind."""
    folder = tmp_path_factory.mktemp("filled") / "library"
    with pytest.MonkeyPatch.context() as here:
        here.setenv("VIGTUI_LIBRARY", str(folder))
        here.setenv("VIGTUI_CONFIG", str(folder.parent / "config"))
        main(["case", "new", "--code", "K1"])
        for role, name in (("client", "Jo"), ("child", "Pip")):
            main(["person", "add", "--case", "K1", "--role", role, "--name", name])
        main(["film", "add", str(play), "--case", "K1", "--cycle", "1", "--reference"])
        for at, words in (("1", "kept words"), ("2", "secret words"), ("3", "other words")):
            main(["clip", "add", "--case", "K1", "--cycle", "1", "--in", at, "--out", f"{at}.8", "--note", words])
    library = Library(folder, actor="RB")

    def fill(work: Any) -> None:
        clips = sorted(work.find(Clip), key=lambda clip: clip.position)
        for clip in clips[:2]:
            editing.set_field(work, Clip, clip.id, "client_keeps", True, "kept")
        work.update(Moment, clips[1].moment_id, state=MomentState.PRIVATE)
        file = cases.load_by_code(work, "K1")
        goals.ask(work, file.case.id, "How do I see what Pip says?")
        review = reviews.prepare(work, file, file.cycle_now)
        reviews.note(work, review, NoteKind.CONCERN, "a hidden worry", phase="clip", rung="see", clip_id=None, at=None)
        reviews.note(work, review, NoteKind.OWN, "a thought of mine", phase="clip", rung="see", clip_id=None, at=None)
        reviews.end(work, review.id)
        wrap_up.add_strength(work, file.case.id, file.cycle_now.id, "I can wait")

    library.change(fill)
    library.close()
    return folder


@pytest.fixture
def cli(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], filled: Path) -> Cli:
    """The command line over a copy of that library."""
    shutil.copytree(filled, tmp_path / "library")
    monkeypatch.setenv("VIGTUI_LIBRARY", str(tmp_path / "library"))
    monkeypatch.setenv("VIGTUI_CONFIG", str(tmp_path / "config"))
    monkeypatch.chdir(tmp_path)

    def run(*words: str) -> tuple[int, Any, str]:
        code = main(words)
        captured = capsys.readouterr()
        return code, json.loads(captured.out or "null") if "--json" in words else captured.out, captured.err

    return run


def agree(cli: Cli, *names: str, purpose: str = "own-copy") -> None:
    for name in names:
        cli("consent", "give", "--case", "K1", "--person", name, "--purpose", purpose, "--by", "Jo")


def test_stills_stand_on_the_record_of_strengths_where_everyone_agreed(cli: Cli, tmp_path: Path) -> None:
    make = ("report", "strengths", "--case", "K1", "--to")
    agree(cli, "Jo")
    code, _, told = cli(*make, "page.pdf")
    assert (code, "Pip for own-copy (none was recorded)" in told) == (0, True)
    assert not [image for page in PdfReader("page.pdf").pages for image in page.images]
    agree(cli, "Pip")
    assert cli(*make, "page.pdf")[::2] == (0, "")
    [image] = [image for page in PdfReader("page.pdf").pages for image in page.images]
    assert image.image.size == (320, 180)
    assert "Moments to keep" in read(Path("page.pdf").read_bytes())
    assert cli(*make, "page.html")[0] == 0
    page = Path("page.html").read_text("utf-8")
    assert page.count("data:image/jpeg;base64,") == 1, "a private moment stands on it, or the kept one does not"
    assert "src=" not in page.replace('src="data:', "")
    cli(*make, "page.pdf", "--no-pictures")
    assert not [image for page in PdfReader("page.pdf").pages for image in page.images]
    cli("consent", "withdraw", "--case", "K1", "--person", "Pip", "--purpose", "own-copy", "--why", "no longer")
    cli(*make, "page.pdf")
    assert not [image for page in PdfReader("page.pdf").pages for image in page.images]
    assert cli(*make, "page.pdf", "--without-consent", "the court asked")[0] == 0
    assert len([image for page in PdfReader("page.pdf").pages for image in page.images]) == 1


@pytest.mark.parametrize("report", ["strengths", "case", "progress", "review", "supervision"])
@pytest.mark.parametrize("suffix", ["html", "pdf", "md", "txt"])
def test_what_is_private_or_a_concern_stands_on_no_page(cli: Cli, report: str, suffix: str) -> None:
    assert cli("report", report, "--case", "K1", "--to", f"page.{suffix}", "--format", suffix)[0] == 0
    content = Path(f"page.{suffix}").read_bytes()
    words = read(content) if suffix == "pdf" else content.decode()
    assert "K1" in words or "Jo" in words
    for hidden in ("secret words", "a hidden worry", "a thought of mine"):
        assert hidden not in words
    if report in {"strengths", "case"}:
        assert "I can wait" in words


def test_letters_that_a_pdf_lacks_are_told(cli: Cli) -> None:
    cli("person", "add", "--case", "K1", "--role", "sibling", "--name", "小明 🐻 Ελπίδα")
    code, _, told = cli("report", "case", "--case", "K1", "--to", "page.pdf")
    assert (code, "The PDF has no letters for 小明: a box stands for each." in told) == (0, True)
    assert "(bear face)" in read(Path("page.pdf").read_bytes())
    assert cli("report", "case", "--case", "K1", "--to", "page.html")[2] == ""
    assert "小明 🐻 Ελπίδα" in Path("page.html").read_text("utf-8")


def test_the_supervision_page_takes_its_clips_along(cli: Cli) -> None:
    code, refused, _ = cli(
        "report", "supervision", "--case", "K1", "--cycle", "1", "--to", "p.pdf", "--clips", "clips", "--json"
    )
    assert (code, "Jo for supervision" in refused["error"]["summary"]) == (1, True)
    assert not Path("p.pdf").exists()
    agree(cli, "Jo", "Pip", purpose="supervision")
    code, found, _ = cli(
        "report", "supervision", "--case", "K1", "--cycle", "1", "--to", "p.pdf", "--clips", "clips", "--json"
    )
    assert code == 0
    assert [Path(one).name for one in found["clips"]] == ["K1-cycle-1-clip-1.mp4", "K1-cycle-1-clip-3.mp4"]
    assert "kept words" in read(Path("p.pdf").read_bytes())


def test_the_training_log_needs_no_case(cli: Cli) -> None:
    for suffix in ("pdf", "html", "md", "txt"):
        assert cli("report", "training", "--to", f"log.{suffix}")[0] == 0
    assert "Training log" in read(Path("log.pdf").read_bytes())
    assert "Cycles wrapped up" in Path("log.txt").read_text("utf-8")
    code, said, _ = cli("report", "training", "--to", "gone/log.pdf", "--json")
    assert (code, "folder" in said["error"]["summary"]) == (1, True)
