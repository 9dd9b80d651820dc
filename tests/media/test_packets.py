"""Steady or uneven: decided by the times alone."""

import pytest

from vigtui.media.packets import Packet, end_of, is_variable, places_to_read, typical_step


def film(*times: float, stream: int = 0) -> list[Packet]:
    return [Packet(stream, at, at, None) for at in times]


def variable(packets: list[Packet], *, whole: bool = True, shortest: float = 0.0) -> bool | None:
    return is_variable(packets, 0, whole=whole, shortest=shortest)


def test_rounded_times_are_steady():
    assert variable(film(*(round(number / 29.97, 3) for number in range(300)))) is False  # Matroska, Flash
    assert variable(film(*(round(number * 600 / 29.97) / 600 for number in range(300)))) is False  # QuickTime


@pytest.mark.parametrize("missing", [1, 150, 298])
def test_one_frame_left_out_is_uneven(missing):
    assert variable(film(*(number / 25 for number in range(300) if number != missing))) is True


def test_order_of_decoding_does_not_matter():
    shown = [0.0, 0.12, 0.04, 0.08, 0.24, 0.16, 0.2]
    packets = [Packet(0, at, number * 0.04 - 0.04, 0.04) for number, at in enumerate(shown)]
    assert variable(packets) is False


def test_frames_past_the_place_where_reading_stopped_do_not_count():
    shown = [0.0, 0.12, 0.04, 0.08, 0.24]  # 0.16 and 0.20 would come next
    packets = [Packet(0, at, number * 0.04 - 0.04, 0.04) for number, at in enumerate(shown)]
    assert variable(packets) is False


def test_two_fields_are_one_frame():
    fields = [
        at for number in range(50) for at in ((number / 25, number / 25 + 0.02) if number % 3 else (number / 25,))
    ]
    assert variable(film(*fields)) is True
    assert variable(film(*fields), shortest=0.03) is False


def test_every_place_is_judged_by_itself_but_all_must_agree():
    beginning, middle = [number / 25 for number in range(50)], [100.013 + number / 25 for number in range(50)]
    slower = [200 + number / 24 for number in range(50)]
    assert variable(film(*beginning, *middle)) is True
    assert variable(film(*beginning, *middle), whole=False) is False
    assert variable(film(*beginning, *middle, *slower), whole=False) is True


def test_too_few_frames_to_tell():
    assert variable(film(0.0, 0.04)) is None
    assert variable(film(0.0, 0.04, 0.08, stream=1)) is None


def test_old_containers_write_only_the_order_of_decoding():
    assert variable([Packet(0, None, number / 25, 0.04) for number in range(50)]) is False
    assert variable([Packet(0, None, number / 25, 0.04) for number in range(50) if number != 20]) is True


def test_where_a_film_ends():
    packets = [
        Packet(0, 0.0, 0.0, 0.04),
        Packet(0, 0.08, 0.04, 0.04),
        Packet(0, 0.04, 0.08, 0.04),
        Packet(1, 9.0, 9.0, 1.0),
    ]
    assert end_of(packets, {0}) == pytest.approx(0.12)
    assert end_of(packets, {0, 1}) == pytest.approx(10.0)
    assert end_of(packets, {2}) is None
    assert end_of(film(0.0, 0.1, 0.2), {0}) == pytest.approx(0.3)


def test_long_films_are_looked_at_in_places():
    assert places_to_read(0.0, 30.0) is None
    assert places_to_read(1.0, None) is None
    places = places_to_read(10.0, 3610.0)
    assert places == "%+8.0,910.000%+4.0,1810.000%+4.0,2710.000%+4.0,3602.000%"


def test_typical_step_forgives_gaps():
    assert typical_step(film(0.0, 0.1, 0.2, 0.3, 5.0), 0) == pytest.approx(0.1)
    assert typical_step(film(0.0), 0) is None
