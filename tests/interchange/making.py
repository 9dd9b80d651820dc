"""Moments as Hypothesis makes them, and a case's selection around them."""

from datetime import UTC, datetime

from hypothesis import strategies as st

from vigtui.domain.exchange import FilmSheet, Mark, Selection
from vigtui.domain.moment import MomentState
from vigtui.domain.record import clean

PRINCIPLES = {"receiving": "Receiving", "receiving.smiles": "smiles, nods", "attuned.fun": "has fun; together"}
_ODD = (
    "[mum] smiles [/mum] <b>bold</b> &amp; 1 < 2 --> 3",
    "👩‍👧 ☕️ naïve \u200fשלום مرحبا",
    "=1+1",
    "'=1+1",
    "-- \n\n\n# two\n\n",
    "1\n00:00:01,000 --> 00:00:02,000\nnested",
    "NOTE not a note",
    '"quotes" ; , \t tabs \\ {\\an8}',
    "#chosen",
    " leading and trailing ",
    "\u2028line\u2029",
)
notes = (
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\ufffe\uffff\u00a0"), max_size=40)
    | st.sampled_from(_ODD)
).map(clean)
_words = st.sampled_from(["", "child", "client", "waits", "in her own way; slowly"]) | notes.filter(
    lambda one: one == one.strip()
)
_times = st.integers(0, 10_000_000)


@st.composite
def marks(draw: st.DrawFn, *, full: bool = True) -> Mark:
    """A moment, or a still; `full` also with who starts, reception and turn."""
    start = draw(_times)
    length = draw(st.just(0) | st.integers(8, 600_000))
    more = {name: draw(_words) for name in ("starts", "reception", "turn")} if full else {}
    return Mark(
        in_ms=start,
        out_ms=start + length,
        state=draw(st.sampled_from([MomentState.CANDIDATE, MomentState.CHOSEN])),
        note=draw(notes),
        principles=tuple(draw(st.lists(st.sampled_from([*PRINCIPLES]), unique=True, max_size=3))),
        **more,
    )


def many(**how):
    return st.lists(marks(**how), max_size=6).map(in_order)


def in_order(made):
    return tuple(sorted(made, key=lambda one: (one.in_ms, one.out_ms)))


def sheet(made=(), **facts) -> FilmSheet:
    usual = {"duration_ms": 20_000_000, "frame_rate": 25.0, "variable": False} | facts
    return FilmSheet(
        film_id="f1", cycle=1, label="film 1", media="K1-cycle-1-film-1.mp4", marks=in_order(made), **usual
    )


def selection(*sheets: FilmSheet, code: str = "K1") -> Selection:
    return Selection(
        code=code,
        made_at=datetime(2026, 5, 14, 9, 0, tzinfo=UTC),
        films=sheets,
        principles=PRINCIPLES,
        starters={"child": "child", "client": "parent"},
    )


def key(mark: Mark):
    return (mark.in_ms, mark.out_ms, mark.state, mark.starts, mark.reception, mark.turn, mark.note, mark.principles)


def keys(found) -> list:
    return sorted(key(one) for one in found)


def hand_made() -> tuple[Mark, ...]:
    """Three moments, of which two overlap, and a still."""
    chosen = MomentState.CHOSEN
    tags = ("receiving.smiles", "attuned.fun")
    tagged = {"starts": "child", "reception": "waits", "turn": "laughs", "principles": tags}
    return (
        Mark(in_ms=2000, out_ms=9480, state=chosen, note="Looks up & waits", place=2, **tagged),
        Mark(in_ms=5000, out_ms=12_000, note='says "more"\nsecond line <b>', principles=("receiving",)),
        Mark(in_ms=20_040, out_ms=27_520, state=chosen, starts="client", note="Håndtegn – «ja» <3", place=1),
        Mark(in_ms=30_000, out_ms=30_000, note="a still"),
    )
