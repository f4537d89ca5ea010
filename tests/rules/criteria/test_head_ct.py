"""Criterion 8: a head CT of the day of a PET/CT is taken for the PET/CT's own."""

from __future__ import annotations

import pytest

from tests.rules.builders import Sending, claim, report
from tests.rules.deciding import answer, decide_line

MET = ("met", None)
UNKNOWN = ("unknown", "CONVENTIONAL_IMAGING_UNKNOWN")
NO_RESULT = ("unknown", "CONVENTIONAL_RESULT_UNKNOWN")

HEAD_CT = report(procedure="70450", on=0)


@pytest.mark.parametrize(
    ("others", "expected"),
    [
        pytest.param([HEAD_CT], MET, id="alone"),
        pytest.param([HEAD_CT, report("S-2", "78814", on=0)], UNKNOWN, id="with 78814"),
        pytest.param([HEAD_CT, report("S-2", "78815", on=0)], UNKNOWN, id="with 78815"),
        pytest.param([HEAD_CT, report("S-2", "78816", on=0)], UNKNOWN, id="with 78816"),
        pytest.param([HEAD_CT, claim("P-1", "78816", on=0)], UNKNOWN, id="with a claim for it"),
        pytest.param([HEAD_CT, report("S-2", "78816", on=-1)], MET, id="with one of another day"),
        pytest.param([HEAD_CT, report("S-2", "78813", on=0)], MET, id="with a PET without CT"),
        pytest.param([HEAD_CT, report("S-2", "78608", on=0)], MET, id="with a brain PET"),
        pytest.param(
            [HEAD_CT, report("S-2", "78816", on=0, modifiers=("53",))],
            MET,
            id="with a discontinued one",
        ),
        pytest.param(
            [HEAD_CT, report("S-2", "78816", on=0, status="voided")], MET, id="with a voided one"
        ),
        pytest.param(
            [report(procedure="70460", on=0), report("S-2", "78816", on=0)], MET, id="70460"
        ),
        pytest.param(
            [
                HEAD_CT,
                claim("C-7", "70450", on=0, modifiers=("XU",)),
                report("S-2", "78816", on=0),
            ],
            MET,
            id="marked by a line of it",
        ),
        pytest.param(
            [
                HEAD_CT,
                claim("C-7", "70450", on=0, modifiers=("26",)),
                report("S-2", "78816", on=0),
            ],
            UNKNOWN,
            id="a line of it marked otherwise",
        ),
        pytest.param(
            [
                HEAD_CT,
                claim("C-7", "70450", on=-1, modifiers=("XU",)),
                report("S-2", "78816", on=0),
            ],
            NO_RESULT,
            id="one of another day marked",
        ),
        pytest.param(
            [HEAD_CT, report("S-2", "78816", on=0, modifiers=("XU",))],
            UNKNOWN,
            id="the PET/CT marked instead",
        ),
        pytest.param(
            [HEAD_CT, report("S-2", "78815", on=0, status="denied")], UNKNOWN, id="denied"
        ),
        *(
            pytest.param(
                [
                    report(procedure="70450", on=0, modifiers=(modifier,)),
                    report("S-2", "78816", on=0),
                ],
                MET,
                id=f"marked {modifier}",
            )
            for modifier in ("59", "XE", "XP", "XS", "XU")
        ),
        pytest.param(
            [report(procedure="70450", on=0, modifiers=("26",)), report("S-2", "78816", on=0)],
            UNKNOWN,
            id="marked otherwise",
        ),
    ],
)
def test_a_head_ct_of_the_day_of_a_pet_ct_is_its_own_unless_marked(
    others: list[Sending], expected: tuple[str, str | None]
) -> None:
    decided = decide_line(claim(on=0), *others)

    assert expected == answer(decided, "conventional_imaging")
