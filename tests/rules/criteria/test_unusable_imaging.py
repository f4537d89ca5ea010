"""Criterion 8: imaging that is too old or was broken off is named, and holds the line."""

from __future__ import annotations

import pytest

from tests.rules.builders import (
    DAY,
    Sending,
    attestation,
    claim,
    coverage,
    day,
    line,
    replacement,
    report,
    sent,
    void,
)
from tests.rules.deciding import answer, codes, decide_line, finding, library

MET = ("met", None)
UNUSABLE = ("unknown", "CONVENTIONAL_IMAGING_UNUSABLE")
UNKNOWN = ("unknown", "CONVENTIONAL_IMAGING_UNKNOWN")
NO_RESULT = ("unknown", "CONVENTIONAL_RESULT_UNKNOWN")

BROKEN_OFF = ("53",)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param([report(on=-181)], UNUSABLE, id="the day before the span"),
        pytest.param([report(on=-180)], MET, id="its first day"),
        pytest.param([report(on=-730)], UNUSABLE, id="the first day that is remembered"),
        pytest.param([report(on=-731)], UNKNOWN, id="the day before that"),
        pytest.param([report(on=-181, result="conclusive")], UNUSABLE, id="conclusive"),
        pytest.param(
            [report(on=-181, result="conclusive", diagnoses=())], UNUSABLE, id="beside the point"
        ),
        pytest.param([report(on=-181, result="unknown")], UNUSABLE, id="without a result"),
        pytest.param([report(on=-181, status="denied")], UNUSABLE, id="denied"),
        pytest.param([report(on=-181, status="voided")], UNKNOWN, id="voided"),
        pytest.param([report(on=-181, modifiers=BROKEN_OFF)], UNKNOWN, id="old and broken off"),
        pytest.param([report(procedure="72148", on=-181)], UNKNOWN, id="of the spine"),
        pytest.param([claim("C-7", "70553", on=-181)], UNUSABLE, id="known from a claim"),
        pytest.param(
            [claim("C-7", "70553", on=-181), void("C-8", "C-7", on=-181)],
            UNKNOWN,
            id="from a voided claim",
        ),
        pytest.param([report(procedure="70450", on=-181)], UNUSABLE, id="a head CT"),
        pytest.param(
            [report(procedure="70450", on=-181), report("S-2", "78816", on=-181)],
            UNKNOWN,
            id="a PET/CT's own would not qualify",
        ),
        pytest.param(
            [report(procedure="70450", on=-181), report("S-2", "78816", on=-182)],
            UNUSABLE,
            id="on the day after a PET/CT",
        ),
        pytest.param(
            [
                report(procedure="70450", on=-181, modifiers=("XU",)),
                report("S-2", "78816", on=-181),
            ],
            UNUSABLE,
            id="marked as one of its own",
        ),
    ],
)
def test_a_study_of_before_the_span_is_remembered_for_two_years(
    facts: list[Sending], expected: tuple[str, str | None]
) -> None:
    decided = decide_line(claim(), *facts)

    assert expected == answer(decided, "conventional_imaging")


@pytest.mark.parametrize(
    ("on", "kind", "expected"),
    [
        pytest.param(-180, "conventional_imaging_limited", MET, id="inside the span"),
        pytest.param(-181, "conventional_imaging_limited", UNUSABLE, id="the day before it"),
        pytest.param(-730, "conventional_imaging_limited", UNUSABLE, id="two years before"),
        pytest.param(-731, "conventional_imaging_limited", UNKNOWN, id="a day longer"),
        pytest.param(1, "conventional_imaging_limited", UNKNOWN, id="the day after the line"),
        pytest.param(-181, "other", UNKNOWN, id="of another kind"),
    ],
)
def test_so_is_an_attestation(on: int, kind: str, expected: tuple[str, str | None]) -> None:
    decided = decide_line(claim(attestations=(attestation(on, kind),)))

    assert expected == answer(decided, "conventional_imaging")


def test_and_that_of_a_sibling_claim() -> None:
    sibling = claim("C-2", modifiers=("TC",), attestations=(attestation(-181),))

    decided = decide_line(claim(modifiers=("26",)), sibling)

    assert UNUSABLE == answer(decided, "conventional_imaging")


@pytest.mark.parametrize("modifier", ["53", "73", "74"])
@pytest.mark.parametrize(
    ("on", "expected"),
    [
        pytest.param(-181, UNKNOWN, id="the day before the span"),
        pytest.param(-180, UNUSABLE, id="its first day"),
        pytest.param(0, UNUSABLE, id="its last day"),
        pytest.param(1, UNKNOWN, id="the day after it"),
    ],
)
def test_what_was_broken_off_inside_the_span_is_remembered(
    on: int, expected: tuple[str, str | None], modifier: str
) -> None:
    reported = decide_line(claim(), report(on=on, modifiers=("26", modifier)))
    billed = decide_line(claim(), claim("C-7", "70553", on=on, modifiers=(modifier,)))

    assert [expected, expected] == [
        answer(decided, "conventional_imaging") for decided in (reported, billed)
    ]


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param(
            [report(status="voided", modifiers=BROKEN_OFF)], UNKNOWN, id="a voided report"
        ),
        pytest.param(
            [report(status="denied", modifiers=BROKEN_OFF)], UNUSABLE, id="a denied report"
        ),
        pytest.param(
            [claim("C-7", "70553", on=-14, modifiers=BROKEN_OFF), void("C-8", "C-7", on=-14)],
            UNKNOWN,
            id="a voided claim's line",
        ),
        pytest.param(
            [replacement("C-7", "C-6", procedure="70553", on=-14, modifiers=BROKEN_OFF)],
            UNUSABLE,
            id="a line of a claim that waits for its original",
        ),
        pytest.param(
            [void("C-8", "C-7", procedure="70553", on=-14, modifiers=BROKEN_OFF)],
            UNKNOWN,
            id="a void's own line",
        ),
        pytest.param([report(procedure="72148", modifiers=BROKEN_OFF)], UNKNOWN, id="of the spine"),
        pytest.param(
            [report(procedure="76390", modifiers=BROKEN_OFF)], UNKNOWN, id="a spectroscopy"
        ),
        pytest.param(
            [
                report(procedure="70450", modifiers=BROKEN_OFF),
                report("S-2", "78816"),
            ],
            UNUSABLE,
            id="a PET/CT's own head CT too",
        ),
        pytest.param(
            [report(modifiers=BROKEN_OFF), report("S-2", "70460", on=-20)],
            MET,
            id="beside one that was limited",
        ),
        pytest.param(
            [report(modifiers=BROKEN_OFF), report("S-2", "70460", on=-20, result="unknown")],
            NO_RESULT,
            id="beside one without a result",
        ),
        pytest.param(
            [sent(report(modifiers=BROKEN_OFF), 20, "e-a"), sent(report(), 21, "e-b")],
            MET,
            id="the same study, corrected",
        ),
        pytest.param(
            [report(modifiers=BROKEN_OFF), report("S-2", on=-14, result="limited")],
            MET,
            id="begun again the same day",
        ),
    ],
)
def test_which_broken_off_imaging_is_remembered(
    facts: list[Sending], expected: tuple[str, str | None]
) -> None:
    decided = decide_line(claim(), *facts)

    assert expected == answer(decided, "conventional_imaging")


def test_a_broken_off_line_of_the_claim_itself_is_remembered() -> None:
    both = claim(lines=(line(1, "70553", modifiers=BROKEN_OFF), line(2, "76390")))

    assert UNUSABLE == answer(decide_line(both, number=2), "conventional_imaging")


@pytest.mark.parametrize(
    ("days", "on", "expected"),
    [
        pytest.param(365, -365, UNUSABLE, id="a shorter memory, its first day"),
        pytest.param(365, -366, UNKNOWN, id="the day before that"),
        pytest.param(181, -181, UNUSABLE, id="a day longer than the span"),
        pytest.param(180, -181, UNKNOWN, id="as long as the span"),
        pytest.param(0, -181, UNKNOWN, id="none at all"),
        pytest.param(0, -180, MET, id="which says nothing of the span itself"),
    ],
)
def test_how_long_it_is_remembered_is_a_parameter(
    days: int, on: int, expected: tuple[str, str | None]
) -> None:
    using = library(unusable_lookback_days=days)

    decided = decide_line(claim(), report(on=on), using=using)

    assert expected == answer(decided, "conventional_imaging")


def test_what_was_broken_off_is_remembered_however_short_the_memory_is() -> None:
    using = library(unusable_lookback_days=0)

    decided = decide_line(claim(), report(on=-180, modifiers=BROKEN_OFF), using=using)

    assert UNUSABLE == answer(decided, "conventional_imaging")


@pytest.mark.parametrize(
    ("facts", "sentence", "evidence"),
    [
        pytest.param(
            [report(on=-300), report("S-2", "70460", on=-200)],
            f"70460 of {day(-200)} is older than 180 days",
            ["S-1", "S-2"],
            id="the latest of the old ones",
        ),
        pytest.param(
            [report(on=-200), report("S-2", "70460", modifiers=BROKEN_OFF)],
            f"70460 of {day(-14)} was discontinued",
            ["S-1", "S-2"],
            id="what was broken off before what is old",
        ),
        pytest.param(
            [
                report("S-1", on=-20, modifiers=BROKEN_OFF),
                report("S-2", "70460", modifiers=BROKEN_OFF),
            ],
            f"70460 of {day(-14)} was discontinued",
            ["S-1", "S-2"],
            id="the latest that was broken off",
        ),
    ],
)
def test_the_finding_names_the_latest_and_points_to_all(
    facts: list[Sending], sentence: str, evidence: list[str]
) -> None:
    found = finding(decide_line(claim(), *facts), "conventional_imaging")

    assert (sentence, evidence) == (found.because, [each.id for each in found.evidence])
    assert 730 == found.parameters["unusable_lookback_days"]


def test_the_finding_names_an_attested_study_that_is_too_old() -> None:
    attesting = claim(attestations=(attestation(-300), attestation(-200)))

    found = finding(decide_line(attesting), "conventional_imaging")

    assert f"the attested study of {day(-200)} is too old" == found.because
    assert ["C-1", "C-1"] == [each.claim_id for each in found.evidence]


def test_it_is_pended_with_its_codes_whatever_the_history_proves() -> None:
    decided = decide_line(claim(received=30), coverage(), report(on=-181))

    assert ("pended", (None, "252", ("N706",))) == (decided.outcome, codes(decided))
    assert DAY < (decided.due_on or DAY)


def test_attestations_of_old_studies_are_pointed_to_by_their_days() -> None:
    words = (attestation(-200, reference="later"), attestation(-300, reference="earlier"))

    found = finding(decide_line(claim(attestations=words)), "conventional_imaging")

    assert ["earlier", "later"] == [one.reference for one in found.evidence]
