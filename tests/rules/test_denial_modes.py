"""Who may deny: the law of the plan's state and line of business, and the plan itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from rules.determination import Determination, Recommendation
from rules.library_model import Library
from rules.plans import DenialMode, JurisdictionRow
from tests.rules.builders import (
    LIMITED_MRI,
    Sending,
    claim,
    coverage,
    pet,
    pet_report,
    report,
    review,
    sent,
    void,
)
from tests.rules.deciding import (
    authority_row,
    codes,
    decide_line,
    library,
    shipped,
    with_plan,
)
from tests.support.libraries import with_versions

AUTOMATIC = ("denied", "INVESTIGATIONAL_SERVICE", None)
RECOMMENDED = ("pended", "PEER_REVIEW", Recommendation("denied", "INVESTIGATIONAL_SERVICE"))
FINDINGS_ONLY = ("pended", "PEER_REVIEW", None)


def published(one: Determination) -> tuple[str, str, Recommendation | None]:
    return one.outcome, one.reason, one.recommended


def answers(one: Determination) -> list[tuple[str, str, str | None]]:
    return [(found.criterion, found.answer.value, found.reason) for found in one.findings]


def under(
    state: str | None,
    business: str,
    *,
    rows: tuple[JurisdictionRow, ...] | None = None,
    **fields: Any,
) -> Library:
    """The sample plan of another state and line of business; its version is in force for long."""
    own = with_plan("sample-commercial", state=state, line_of_business=business, **fields)
    (version,) = own.versions
    always = replace(version, effective_from=date(2019, 1, 1))
    laws = own.jurisdictions if rows is None else rows
    return with_versions(own, (always,), jurisdictions=laws)


def disc_service(received: date) -> Sending:
    """A spectroscopy that is denied for its code alone, made the day before it was received."""
    return claim(procedure="0609T", on=received - timedelta(1), received=received)


# ------------------------------------------------------------------------------------ shipped rows


@pytest.mark.parametrize(
    ("state", "business", "first_day", "expected"),
    [
        pytest.param("TX", "commercial", date(2026, 1, 1), FINDINGS_ONLY, id="Texas"),
        pytest.param("CA", "commercial", date(2025, 1, 1), RECOMMENDED, id="California"),
        pytest.param("MD", "commercial", date(2025, 10, 1), RECOMMENDED, id="Maryland"),
        pytest.param("AZ", "commercial", date(2026, 7, 1), RECOMMENDED, id="Arizona"),
        pytest.param("NY", "commercial", date(2020, 1, 1), RECOMMENDED, id="New York"),
        pytest.param("NY", "essential_plan", date(2020, 1, 1), RECOMMENDED, id="Essential Plan"),
        pytest.param("NY", "child_health_plus", date(2020, 1, 1), RECOMMENDED, id="Child Health"),
        pytest.param(None, "medicare", date(2020, 1, 1), RECOMMENDED, id="Medicare of no state"),
        pytest.param("PA", "medicare", date(2020, 1, 1), RECOMMENDED, id="Medicare of any state"),
        pytest.param(None, "dsnp", date(2020, 1, 1), RECOMMENDED, id="a dual plan"),
        pytest.param("NY", "medicaid", date(2020, 1, 1), RECOMMENDED, id="Medicaid"),
    ],
)
def test_a_law_holds_for_claims_received_from_its_first_day_on(
    state: str | None,
    business: str,
    first_day: date,
    expected: tuple[str, str, Recommendation | None],
) -> None:
    using = under(state, business)

    before = decide_line(disc_service(first_day - timedelta(1)), using=using)
    from_then_on = decide_line(disc_service(first_day), using=using)

    assert (AUTOMATIC, expected) == (published(before), published(from_then_on))


@pytest.mark.parametrize(
    ("state", "business"),
    [
        pytest.param("PA", "commercial", id="a state without a row"),
        pytest.param(None, "commercial", id="no state at all"),
        pytest.param("TX", "essential_plan", id="another line of business of the state"),
        pytest.param("PA", "child_health_plus", id="another state of the line of business"),
    ],
)
def test_where_no_law_speaks_the_denial_is_published_as_it_is(
    state: str | None, business: str
) -> None:
    decided = decide_line(disc_service(date(2026, 9, 1)), using=under(state, business))

    assert AUTOMATIC == published(decided)


@pytest.mark.parametrize(
    ("on", "received", "expected"),
    [
        pytest.param(date(2025, 12, 31), date(2025, 12, 31), AUTOMATIC, id="both before"),
        pytest.param(date(2025, 12, 31), date(2026, 1, 1), FINDINGS_ONLY, id="received after it"),
        pytest.param(date(2026, 1, 1), date(2026, 1, 1), FINDINGS_ONLY, id="both from it on"),
    ],
)
def test_it_is_the_day_of_receipt_that_counts_and_not_that_of_the_service(
    on: date, received: date, expected: tuple[str, str, Recommendation | None]
) -> None:
    one = claim(procedure="0609T", on=on, received=received, plan="sample-tx-commercial")

    assert expected == published(decide_line(one))


# -------------------------------------------------------------------------------- which one holds


def row(
    mode: DenialMode,
    state: str = "*",
    business: str = "*",
    since: date = date(2020, 1, 1),
    until: date | None = None,
) -> JurisdictionRow:
    return JurisdictionRow(
        state=state,
        line_of_business=business,
        effective_from=since,
        effective_to=until,
        mode=mode,
        source="a test",
    )


@pytest.mark.parametrize(
    ("rows", "plan_says", "expected"),
    [
        pytest.param((), False, AUTOMATIC, id="no row, the plan says no"),
        pytest.param((), True, RECOMMENDED, id="no row, the plan says yes"),
        pytest.param((row("automatic"),), False, AUTOMATIC, id="a row that asks for nobody"),
        pytest.param((row("automatic"),), True, RECOMMENDED, id="the plan is stricter than it"),
        pytest.param((row("recommend"),), False, RECOMMENDED, id="a row that asks for a person"),
        pytest.param((row("recommend"),), True, RECOMMENDED, id="as does the plan"),
        pytest.param((row("findings_only"),), False, FINDINGS_ONLY, id="a row without a word"),
        pytest.param((row("findings_only"),), True, FINDINGS_ONLY, id="stricter than the plan"),
        pytest.param(
            (row("automatic"), row("recommend")), False, RECOMMENDED, id="the stricter of two"
        ),
        pytest.param(
            (row("findings_only", "PA"), row("recommend", business="commercial")),
            False,
            FINDINGS_ONLY,
            id="whichever is named more closely",
        ),
        pytest.param(
            (row("recommend", "PA", "commercial"), row("findings_only")),
            False,
            FINDINGS_ONLY,
            id="or less closely",
        ),
        pytest.param((row("findings_only", "TX"),), False, AUTOMATIC, id="of another state"),
        pytest.param(
            (row("findings_only", business="medicaid"),),
            False,
            AUTOMATIC,
            id="of another line of business",
        ),
        pytest.param(
            (row("recommend", until=date(2025, 9, 1)),), False, AUTOMATIC, id="ended on that day"
        ),
        pytest.param(
            (row("recommend", until=date(2025, 9, 2)),), False, RECOMMENDED, id="ends the day after"
        ),
        pytest.param(
            (row("recommend", since=date(2025, 9, 2)),), False, AUTOMATIC, id="begins the day after"
        ),
    ],
)
def test_the_strictest_that_applies_holds(
    rows: tuple[JurisdictionRow, ...],
    plan_says: bool,
    expected: tuple[str, str, Recommendation | None],
) -> None:
    using = under("PA", "commercial", rows=rows, clinical_denials_need_peer_review=plan_says)

    decided = decide_line(disc_service(date(2025, 9, 1)), using=using)

    assert expected == published(decided)


def test_the_state_of_a_plan_without_one_is_not_a_state_of_its_own() -> None:
    using = under(None, "commercial", rows=(row("findings_only", "PA"), row("recommend")))

    decided = decide_line(disc_service(date(2025, 9, 1)), using=using)

    assert RECOMMENDED == published(decided)


# --------------------------------------------------------------------------- which denials they are

TX_NOW = [replace(one, effective_from=date(2020, 1, 1)) for one in shipped().jurisdictions]
"""The shipped rows, with that of Texas in force already."""


def texan(**parameters: Any) -> Library:
    return replace(library(**parameters), jurisdictions=tuple(TX_NOW))


TX = "sample-tx-commercial"


@pytest.mark.parametrize(
    ("facts", "reason", "of"),
    [
        pytest.param(
            [claim(procedure="0609T")], "INVESTIGATIONAL_SERVICE", "C-1", id="the service"
        ),
        pytest.param(
            [claim(diagnoses=("C61",))], "INVESTIGATIONAL_INDICATION", "C-1", id="the indication"
        ),
        pytest.param(
            [claim(), report(result="conclusive")],
            "CONVENTIONAL_IMAGING_CONCLUSIVE",
            "C-1",
            id="conclusive imaging",
        ),
        pytest.param(
            [
                claim(received=30),
                coverage(),
                coverage(plan=TX),
                coverage(plan="sample-ny-commercial"),
            ],
            "CONVENTIONAL_IMAGING_ABSENT",
            "C-1",
            id="no imaging",
        ),
        pytest.param([claim(), LIMITED_MRI, pet_report()], "PET_EXCLUSIVE", "C-1", id="a PET"),
        pytest.param(
            [claim(), LIMITED_MRI, pet_report(on=0)],
            "PET_EXCLUSIVE_SAME_DAY",
            "C-1",
            id="a PET of the day",
        ),
        pytest.param(
            [claim("C-0", on=-10), LIMITED_MRI, pet("C-1")], "PET_EXCLUSIVE", "C-1", id="of a PET"
        ),
    ],
)
def test_every_clinical_denial_is_left_to_a_person_as_the_law_says(
    facts: list[Any], reason: str, of: str
) -> None:
    def of_plan(plan: str) -> Determination:
        told = [
            fact._replace(plan_id=plan) if hasattr(fact, "attestations") else fact for fact in facts
        ]
        return decide_line(*told, of=of, using=texan())

    automatic, recommended, findings_only = map(
        of_plan, ("sample-commercial", "sample-ny-commercial", TX)
    )

    assert ("denied", reason, None) == published(automatic)
    assert ("pended", "PEER_REVIEW", Recommendation("denied", reason)) == published(recommended)
    assert FINDINGS_ONLY == published(findings_only)
    assert answers(automatic) == answers(findings_only) == answers(recommended)
    assert (None, None, ()) == codes(findings_only) == codes(recommended)


@pytest.mark.parametrize(
    ("facts", "using", "reason"),
    [
        pytest.param(
            [claim(plan=TX)],
            replace(
                with_plan(TX, excluded_procedures=frozenset({"76390"})), jurisdictions=tuple(TX_NOW)
            ),
            "NON_COVERED_BENEFIT",
            id="no benefit",
        ),
        pytest.param(
            [claim(plan="sample-medicare")],
            library(rows=(authority_row("LCD", "medicare"),)),
            "LCD_NON_COVERED",
            id="another authority's",
        ),
        pytest.param([claim(plan=TX, modifiers=("50",))], texan(), "MODIFIER_INVALID", id="coding"),
        pytest.param(
            [claim(plan=TX, diagnoses=("C71",))], texan(), "DIAGNOSIS_INVALID", id="a diagnosis"
        ),
        pytest.param(
            [claim("C-0", plan=TX, received=3), claim(plan=TX)],
            texan(),
            "DUPLICATE",
            id="a duplicate",
        ),
        pytest.param(
            [claim("C-0", plan=TX, received=3), claim(plan=TX, modifiers=("26",))],
            texan(),
            "COMPONENT_INCLUDED",
            id="a component",
        ),
    ],
)
def test_what_is_not_clinical_is_denied_at_once_whatever_the_law_says(
    facts: list[Sending], using: Library, reason: str
) -> None:
    decided = decide_line(*facts, using=using)

    assert ("denied", reason, None) == published(decided)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param([LIMITED_MRI], ("approved", "CRITERIA_MET", None), id="approved"),
        pytest.param(
            [report(result="unknown")], ("pended", "CONVENTIONAL_RESULT_UNKNOWN", None), id="open"
        ),
    ],
)
def test_what_is_not_denied_is_published_as_it_is(
    facts: list[Sending], expected: tuple[str, str, None]
) -> None:
    assert expected == published(decide_line(claim(plan=TX), *facts, using=texan()))


@pytest.mark.parametrize("plan", [TX, "sample-ny-commercial"])
@pytest.mark.parametrize(
    ("decision", "role", "expected"),
    [
        pytest.param("denied", "medical director", ("denied", "REVIEWED"), id="denies"),
        pytest.param("approved", "nurse", ("approved", "REVIEWED"), id="approves"),
        pytest.param("denied", "nurse", ("pended", "PEER_REVIEW"), id="may not deny"),
    ],
)
def test_the_wait_ends_with_a_review_that_counts(
    plan: str, decision: str, role: str, expected: tuple[str, str]
) -> None:
    line = sent(claim(plan=plan, diagnoses=("C61",)), 10, "e-0")

    decided = decide_line(line, review(decision=decision, role=role), using=texan())

    assert expected == (decided.outcome, decided.reason)


# -------------------------------------------------------------------------------- who decided it


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param([claim(), LIMITED_MRI], "rules", id="approved"),
        pytest.param([claim(diagnoses=("C61",))], "rules", id="denied"),
        pytest.param([claim(modifiers=("50",)), review()], "rules", id="denied by a gate for all"),
        pytest.param([claim(procedure="99213"), review()], "rules", id="out of scope"),
        pytest.param([pet("C-1")], "rules", id="a PET without a rival"),
        pytest.param([claim("C-0"), void("C-1", "C-0")], "rules", id="a void"),
        pytest.param([void("C-1", "C-0"), review()], "rules", id="a void that a person let go"),
        pytest.param([claim(), void("C-8", "C-1"), review()], "rules", id="voided"),
        pytest.param([claim(), review()], "person", id="approved by a review"),
        pytest.param(
            [sent(claim(), 10, "e-0"), review(decision="denied")], "person", id="denied by one"
        ),
        pytest.param([pet("C-1"), review()], "person", id="a PET that a person let go"),
        pytest.param([pet("C-1", "78815"), review()], "rules", id="a PET that no review resolves"),
        pytest.param([claim()], "nobody", id="pended"),
        pytest.param([claim(plan=TX, procedure="0609T")], "nobody", id="left to a person"),
        pytest.param(
            [sent(review(decision="denied"), 3, "e-r"), claim(), LIMITED_MRI],
            "nobody",
            id="outdated",
        ),
        pytest.param([claim(plan="nobody-knows"), review()], "nobody", id="of an unknown plan"),
    ],
)
def test_a_determination_says_who_decided_it(facts: list[Sending], expected: str) -> None:
    assert expected == decide_line(*facts, using=texan()).decided_by
