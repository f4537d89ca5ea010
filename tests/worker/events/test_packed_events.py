"""An event that is packed comes out as it was received, for years."""

from __future__ import annotations

import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.event_builders import encoded, event_of
from tests.support.sources import ROOT
from worker.events.decode import EVENT_BYTES_MAX
from worker.events.packed_events import NotPacked, pack, unpack
from worker.events.types import EVENT_TYPES

KEPT = "01c35fe5a6ea824be5bcfc127011999d5a50a2509c09d4a900324ba91600"
DAY = (ROOT / "worker/samples/day.jsonl").read_bytes().splitlines()


@given(st.binary(max_size=3000))
def test_whatever_is_packed_comes_out_as_it_was(raw):
    assert raw == unpack(pack(raw))


@pytest.mark.parametrize("event_type", EVENT_TYPES)
def test_an_event_of_each_type_comes_out_as_it_was(event_type):
    raw = encoded(event_of(event_type))

    assert raw == unpack(pack(raw))


def test_the_largest_event_comes_out_as_it_was():
    raw = encoded(event_of(EVENT_TYPES[0])).ljust(EVENT_BYTES_MAX)

    assert raw == unpack(pack(raw))


def test_what_does_not_get_smaller_takes_one_byte_more():
    raw = bytes(range(256))

    assert b"\x00" + raw == pack(raw)


def test_the_events_of_the_day_take_a_quarter_of_their_bytes():
    assert sum(map(len, map(pack, DAY))) < sum(map(len, DAY)) / 4


def test_what_an_earlier_program_packed_is_still_read():
    """Another dictionary, or other settings, would be another form."""
    kept = bytes.fromhex(KEPT)

    assert b'{"specversion": "1.0", "id": "e-1", "note": "kept since 2025"}' == unpack(kept)


@pytest.mark.parametrize(
    "kept",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"\x02abc", id="another_form"),
        pytest.param(b"\x01abc", id="no_packed_bytes"),
        pytest.param(pack(DAY[0])[:-3], id="cut_off"),
        pytest.param(pack(DAY[0]) + b"more", id="something_behind_it"),
        pytest.param(b"\x01" + zlib.compress(b"x" * (EVENT_BYTES_MAX + 2), wbits=-12), id="a_bomb"),
    ],
)
def test_what_was_never_packed_is_refused(kept):
    with pytest.raises(NotPacked):
        unpack(kept)
