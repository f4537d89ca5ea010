"""What is proved of a library by its tables: dates, listed codes, remittance, contradictions."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from rules.code_sets import CodeSets
from rules.library_model import PolicyVersion
from rules.loading.remittance import CarcDemand, RemittanceCode
from rules.plans import AuthorityRow
from rules.policy.change_log import ChangeLog, LibraryChange
from rules.proof.check import OpenLibrary, Proof
from rules.proof.contradictions import contradictions
from rules.proof.dates import gaps, overlaps
from rules.proof.remittance import ended_codes, missing_company
from rules.proof.tables import checks_of_tables
from tests.rules.proof_libraries import faults, shipped_open, small, table_of
from tests.support.libraries import with_versions

CODES = shipped_open().library.versions[0].codes
LISTED = sorted(code for code, held in CODES.indications.items() if held.support == "listed")
SHIPPED = shipped_open()._replace(table=table_of(*(f"{code},billable,," for code in LISTED)))
"""With a short table: the whole of it is proved in `tests/scenarios/test_library_proved.py`."""
(VERSION,) = SHIPPED.library.versions
TODAY = date(2025, 12, 1)


def check(name: str, opened: OpenLibrary = SHIPPED, as_of: date = TODAY) -> Proof:
    return checks_of_tables(opened, as_of)[name]()


def with_library(**fields: object) -> OpenLibrary:
    return SHIPPED._replace(library=replace(SHIPPED.library, **fields))  # type: ignore[arg-type]


def of_version(changed: PolicyVersion) -> OpenLibrary:
    return SHIPPED._replace(library=with_versions(SHIPPED.library, (changed,)))


def with_codes(**fields: object) -> OpenLibrary:
    codes = replace(CODES, **fields)  # type: ignore[arg-type]
    return of_version(replace(VERSION, codes=codes))


def version(name: str, since: str, until: str | None) -> PolicyVersion:
    end = None if until is None else date.fromisoformat(until)
    return replace(
        VERSION, version=name, effective_from=date.fromisoformat(since), effective_to=end
    )


def row(reference: str, since: str, until: str | None, **fields: object) -> AuthorityRow:
    end = None if until is None else date.fromisoformat(until)
    made = AuthorityRow(
        authority="LCD",
        reference=reference,
        procedures=frozenset({"76390"}),
        lines_of_business=frozenset({"medicare"}),
        effective_from=date.fromisoformat(since),
        effective_to=end,
        effect="non_covered",
    )
    return replace(made, **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("later_since", "expected"),
    [
        pytest.param("2025-07-01", [], id="begins_where_the_first_ends"),
        pytest.param(
            "2025-06-30", ["versions a and b are in force on one day"], id="begins_a_day_before"
        ),
    ],
)
def test_versions_may_meet_but_not_overlap(later_since: str, expected: list[str]) -> None:
    versions = (version("a", "2025-01-01", "2025-07-01"), version("b", later_since, None))

    found = overlaps(with_versions(SHIPPED.library, versions), SHIPPED.table)

    assert expected == list(found)


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        pytest.param(row("L2", "2025-06-30", None), 1, id="overlaps"),
        pytest.param(row("L2", "2025-07-01", None), 0, id="begins_where_the_first_ends"),
        pytest.param(row("L2", "2025-06-30", None, authority="NCD"), 0, id="another_authority"),
        pytest.param(
            row("L2", "2025-06-30", None, procedures=frozenset({"0609T"})), 0, id="other_service"
        ),
        pytest.param(row("L2", "2025-06-30", None, state="NY"), 1, id="in_one_state_too"),
        pytest.param(
            row("L2", "2025-06-30", None, lines_of_business=frozenset({"dsnp"})), 0, id="other_line"
        ),
    ],
)
def test_rows_of_one_authority_may_not_rule_on_one_day(other: AuthorityRow, expected: int) -> None:
    rows = (row("L1", "2025-01-01", "2025-07-01"), other)

    found = overlaps(replace(SHIPPED.library, authorities=rows), SHIPPED.table)

    assert expected == len(list(found))


def test_contractors_of_two_states_may_rule_on_one_day() -> None:
    rows = (row("L1", "2025-01-01", None, state="NY"), row("L2", "2025-01-01", None, state="TX"))

    assert [] == list(overlaps(replace(SHIPPED.library, authorities=rows), SHIPPED.table))


def test_every_two_rows_are_compared() -> None:
    rows = (row("L1", "2025-01-01", None), row("L2", "2020-01-01", "2021-01-01"))
    rows = (*rows, row("L3", "2025-06-01", None))

    found = overlaps(replace(SHIPPED.library, authorities=rows), SHIPPED.table)

    assert ["LCD L1 and L3 rule on one day"] == list(found)


def test_a_code_may_not_stand_twice_on_one_day() -> None:
    table = table_of("A00.0,billable,,2025-10-02", "A00.0,heading,2025-10-01,")

    assert ["A00.0 stands twice in icd10cm.csv on one day"] == list(
        overlaps(with_versions(SHIPPED.library, ()), table)
    )


def test_gaps_between_versions_and_in_codes_are_told() -> None:
    versions = (version("a", "2024-01-01", "2024-03-01"), version("b", "2024-06-01", "2025-01-01"))
    table = table_of("A00.0,billable,,2025-01-01", "A00.0,billable,2025-03-01,")

    assert [
        "before 2024-01-01: no version of the policy",
        "from 2024-03-01 through 2024-05-31: no version of the policy",
        "from 2025-01-01 on: no version of the policy",
        "from 2024-01-01 through 2024-02-29: the diagnosis table does not know the days",
        "from 2024-06-01 through 2024-09-30: the diagnosis table does not know the days",
        "codes of icd10cm.csv that end and begin again: A00.0",
    ] == list(gaps(with_versions(SHIPPED.library, versions), table))


def test_of_many_codes_with_a_hole_some_are_named() -> None:
    codes = [f"A{number}" for number in range(10, 22)]
    rows = [f"{c},billable,,2025-01-01" for c in codes] + [
        f"{c},billable,2025-03-01," for c in codes
    ]

    (told,) = gaps(with_versions(SHIPPED.library, ()), table_of(*rows))

    assert told.endswith("A19 and 2 more")


def test_the_listed_codes_are_as_many_as_the_policy_has_and_billable() -> None:
    assert "32 listed codes of 2025-03-17" == check("listed_codes").looked_at
    assert [] == faults(check("listed_codes"))


def test_a_listed_code_too_few_is_a_fault() -> None:
    fewer = {c: held for c, held in CODES.indications.items() if c != "G06.0"}

    found = check("listed_codes", with_codes(indications=fewer))

    assert ["version 2025-03-17 lists 32 codes, its indications.csv 31"] == faults(found)


def test_a_listed_code_that_is_not_billable_is_a_fault() -> None:
    opened = small("G06.1,billable,,", icd10cm=None)._replace(table=table_of("C71.1,billable,,"))

    found = check("listed_codes", opened)

    assert "C79.31 is listed by version 2025-03-17, but not billable on 2025-03-17" in faults(found)


def test_a_heading_without_a_code_under_it_is_a_fault() -> None:
    opened = SHIPPED._replace(table=table_of("A00,heading,,", "A00.0,billable,,", "A01,heading,,"))

    assert ["A01 is a heading without any code under it"] == faults(check("headings", opened))


def test_no_code_of_a_shipped_reason_has_ended_and_the_list_s_date_is_told() -> None:
    found = check("remittance_codes")

    assert [] == faults(found)
    assert "the published lists are of 2024: as of mid-2024" in found.notes[0]


@pytest.mark.parametrize(
    ("ended", "expected"),
    [
        pytest.param(None, [], id="open"),
        pytest.param(date(2025, 12, 2), [], id="ends_tomorrow"),
        pytest.param(TODAY, ["DUPLICATE: CARC 18 ended on 2025-12-01"], id="ended_today"),
    ],
)
def test_a_code_counts_until_the_day_on_which_it_ends(
    ended: date | None, expected: list[str]
) -> None:
    reasons = {"DUPLICATE": SHIPPED.library.reasons["DUPLICATE"]}
    published = [RemittanceCode("18", "CARC", None, None, ended)]

    assert expected == list(ended_codes(reasons, published, TODAY))


def test_a_code_that_was_never_published_is_a_fault() -> None:
    reasons = {"COMPONENT_INCLUDED": SHIPPED.library.reasons["COMPONENT_INCLUDED"]}
    published = [RemittanceCode("97", "CARC", None, None, None)]

    assert ["COMPONENT_INCLUDED: RARC M15 is not on the published list"] == list(
        ended_codes(reasons, published, TODAY)
    )


def test_a_carc_has_beside_it_what_it_demands() -> None:
    reasons = SHIPPED.library.reasons
    demands = {"18": CarcDemand("PR", False), "55": CarcDemand("OA", False)}
    demands |= {"272": CarcDemand(None, True), "133": CarcDemand(None, True)}

    found = list(missing_company(reasons, demands, SHIPPED.library.plans))

    assert [
        "DUPLICATE: CARC 18 demands group PR, not OA",
        "SUSPECT_DUPLICATE: CARC 133 demands a RARC",
        "REPEAT_SAME_DAY: CARC 133 demands a RARC",
        "INVESTIGATIONAL_SERVICE: CARC 55 demands group OA, not CO",
        "INVESTIGATIONAL_INDICATION: CARC 55 demands group OA, not CO",
    ] == found


def test_purposes_that_the_list_forgets_are_told_with_their_sections() -> None:
    told = {held.sections: held.text for held in _worked_out(CODES)}

    assert "no listed code documents it, 118 codes off the list do" in told["Codes", "I.A.2"]
    assert "only symptoms are listed (R56.9)" in told["Codes", "I.A.6"]


def test_listed_codes_without_a_purpose_are_told() -> None:
    texts = [held.text for held in _worked_out(CODES) if held.sections == ("Codes",)]

    assert "15 listed codes document no purpose" in texts[0]
    assert "only beside another: G03.9, I67.89" in texts[1]


def test_a_list_that_fits_its_purposes_contradicts_nothing() -> None:
    fitting = {c: held for c, held in CODES.indications.items() if c == "C71.1"}
    names = {1: CODES.indication_names[1]}
    fits = replace(CODES, indications=fitting, indication_names=names, company=())

    assert [] == _worked_out(fits)


def test_what_an_analyst_wrote_down_is_told_too() -> None:
    notes = check("contradictions").notes

    assert any(note.startswith("CMS paragraph; Product disclaimer 4: ") for note in notes)


@pytest.mark.parametrize(
    ("as_of", "until", "is_stale"),
    [
        pytest.param(date(2026, 1, 31), None, False, id="in_the_month"),
        pytest.param(date(2026, 2, 1), None, True, id="past_it"),
        pytest.param(date(2026, 2, 1), date(2026, 2, 1), False, id="past_its_end_too"),
        pytest.param(date(2026, 2, 1), date(2026, 2, 2), True, id="not_yet_past_its_end"),
    ],
)
def test_a_version_past_its_review_is_a_warning(
    as_of: date, until: date | None, is_stale: bool
) -> None:
    found = check("review_dates", of_version(replace(VERSION, effective_to=until)), as_of)

    assert is_stale is bool(found.warnings)
    assert () == found.faults


def test_how_many_diagnoses_were_looked_at_is_told() -> None:
    found = check("classed_diagnoses", shipped_open(), date(2026, 11, 28))

    (told,) = found.notes
    counts = [
        int(word.replace(",", "")) for word in told.split() if word.replace(",", "").isdigit()
    ]
    shipped = shipped_open()
    billable = sum(
        shipped.table.validity(code, date(2026, 9, 30)) == "billable"
        for code in shipped.table.codes()
    )
    assert "of the billable codes of 2026-09-30 " in told
    assert billable == sum(counts)
    assert 5 == len(counts)
    assert all(counts)
    assert () == found.faults


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        pytest.param({"unrelated": {"G06.0"}}, "G06.0 is unrelated, and speaks for", id="listed"),
        pytest.param(
            {"unrelated": {"C71.1"}, "indications": {}}, "C71.1 is unrelated, and", id="a_tumour"
        ),
        pytest.param(
            {"unrelated": {"G46.0"}, "indications": {}, "circumstances": frozenset("G")},
            "G46.0 is unrelated, and a circumstance",
            id="a_circumstance",
        ),
    ],
)
def test_a_diagnosis_of_two_minds_is_a_fault(fields: dict[str, object], expected: str) -> None:
    (fault,) = faults(check("classed_diagnoses", with_codes(**fields)))

    assert fault.startswith(expected)


@pytest.mark.parametrize(
    ("as_of", "warns"),
    [
        pytest.param(date(2026, 9, 30), False, id="its_last_day"),
        pytest.param(date(2026, 10, 1), True, id="the_day_after"),
    ],
)
def test_a_table_of_diagnoses_that_has_ended_is_a_warning(as_of: date, warns: bool) -> None:
    found = check("diagnosis_table", as_of=as_of)

    assert warns is bool(found.warnings)
    assert () == found.faults


@pytest.mark.parametrize(
    ("generations", "warns"),
    [
        pytest.param((1, 2), False, id="its_own_entry"),
        pytest.param((1,), True, id="the_one_before"),
        pytest.param((), True, id="none"),
    ],
)
def test_a_generation_that_nobody_told_of_is_a_warning(
    generations: tuple[int, ...], warns: bool
) -> None:
    changes = tuple(LibraryChange(number, TODAY, "Ann", "Why not.") for number in generations)

    found = check("change_log", SHIPPED._replace(change_log=ChangeLog(2, changes)))

    assert warns is bool(found.warnings)
    assert () == found.faults


def _worked_out(codes: CodeSets) -> list[object]:
    """Without what an analyst wrote down."""
    document = replace(SHIPPED.documents[0], open_questions=())
    return list(contradictions(codes, document))
