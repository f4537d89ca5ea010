"""What is proved, probed and told of a library in which something is out of the ordinary."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from rules.proof.code_probes import CodeProbes
from rules.proof.decisions import Decisions
from rules.proof.denial_modes import clinical_denials, mode_of, supposed_plan
from rules.proof.difference_causes import _said_of
from rules.proof.enumeration import Asking
from rules.proof.situation import Laboratory
from rules.proof.tables import checks_of_tables
from rules.proof.two_sides import Side
from tests.rules.proof_libraries import baseline_of, shipped_open, small
from tests.support.libraries import with_versions

TODAY = date(2025, 12, 1)
ON = date(2025, 6, 12)


def probes(**sets):
    opened = small(**sets)
    return CodeProbes(opened.library, opened.table, baseline_of(opened))


def test_a_plain_set_of_unrelated_codes_has_no_entries_to_probe():
    assert [] == list(probes(unrelated=frozenset())._unrelated())


def test_a_procedure_of_no_day_is_asked_about_on_the_day_of_the_baseline():
    own = probes()

    assert own._baseline.setting == own._setting("decided", "99213")


def test_an_investigational_spectroscopy_is_among_the_lines_that_are_denied_clinically():
    shipped = shipped_open().library.versions[0].codes.decided
    opened = small(decided={code: shipped[code] for code in ("76390", "0609T")})

    denied = {setting.procedure for setting in clinical_denials(baseline_of(opened))}

    assert "0609T" in denied


def test_the_codes_of_a_version_that_begins_after_the_table_are_not_looked_up():
    opened = small()
    (version,) = opened.library.versions
    later = replace(version, effective_from=opened.table.knows_to)
    library = with_versions(opened.library, (later,))

    found = checks_of_tables(opened._replace(library=library), TODAY)["listed_codes"]()

    assert not any("not billable" in fault.what for fault in found.faults)


def test_an_unrelated_code_is_said_to_be_unrelated():
    opened = shipped_open()

    assert "unrelated" == _said_of(Side(Laboratory(opened.library), opened.table), "I10", ON)


def test_what_is_asked_for_to_no_avail_and_what_is_not_asked_for_are_named():
    decisions = Decisions(small())
    situation = next(iter(decisions.enumerated.asking.values())).situation
    asked = Asking(frozenset({"lunch"}), situation, 1)
    decisions.enumerated.asking.clear()
    decisions.enumerated.asking["lunch"] = asked

    (fault,) = decisions.checks["needs"]().faults

    assert "is asked for to no avail: ['lunch']" in fault.what
    assert fault.situation == situation


@pytest.mark.parametrize(
    ("asks_for_a_peer", "mode"),
    [pytest.param(False, "automatic", id="no_one"), pytest.param(True, "recommend", id="a_peer")],
)
def test_a_plan_of_which_no_law_speaks_says_itself_who_may_deny(asks_for_a_peer, mode):
    opened = shipped_open()
    plan = replace(
        supposed_plan("*", "commercial"), clinical_denials_need_peer_review=asks_for_a_peer
    )
    library = replace(opened.library, plans={plan.plan_id: plan}, jurisdictions=())
    claim = baseline_of(opened).setting._replace(plan=plan.plan_id).claim()

    assert mode == mode_of(library, claim, ON)
