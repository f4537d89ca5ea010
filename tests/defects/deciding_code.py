"""Defects in deciding by persons: in who decides, in what is sent, and how often."""

from __future__ import annotations

from tests.defects.defect import Defect

DECISIONS = "tests/console/deciding/test_decisions.py"
KEPT = "tests/console/deciding/test_what_is_kept.py"
LEASES = "tests/console/deciding/test_leases.py"
SAMPLE = "tests/console/deciding/test_quality_sample.py"
SECOND = "tests/console/deciding/test_second_persons.py"
EVIDENCE = "tests/console/evidence/test_evidence_forms.py"

DECIDING = (
    Defect(
        "a form from an older determination sent all the same",
        "console/deciding/submissions.py",
        "    if made_from != (standing.determination, str(standing.record_version)):\n",
        "    if not made_from:\n",
        "a test",
        f"{DECISIONS}::test_a_form_made_from_an_older_determination_is_refused"
        "_and_keeps_what_was_typed",
    ),
    Defect(
        "a form that is sent again made a new event",
        "console/sending/forms.py",
        "    if redis.set(key, msgspec.json.encode(form), nx=True, ex=KEPT_SECONDS):\n",
        "    if redis.set(key, msgspec.json.encode(form), ex=KEPT_SECONDS):\n",
        "a test",
        f"{KEPT}::test_of_two_who_enter_a_form_the_first_is_entered",
    ),
    Defect(
        "a denial that needs two persons sent by one",
        "console/deciding/submissions.py",
        '        if terms.needs_second and decision.decision == "denied":\n',
        '        if terms.needs_second and decision.level == "appeal":\n',
        "a test",
        f"{SECOND}::test_a_denial_waits_for_a_second_person_who_denies_too",
    ),
    Defect(
        "one person counted for two",
        "console/deciding/terms.py",
        "    if viewer.id in kept.persons:\n",
        "    if viewer.id in kept.persons and kept.second is not None:\n",
        "a test",
        f"{SECOND}::test_the_same_person_is_no_second_one",
    ),
    Defect(
        "an appeal left to who has decided",
        "console/deciding/terms.py",
        "    if is_appeal and viewer.id in deciders:\n",
        "    if is_appeal and not deciders:\n",
        "a test",
        f"{SECOND}::test_an_appeal_goes_to_somebody_else_than_who_decided",
    ),
    Defect(
        "a second person forgotten when the appeal comes",
        "console/deciding/submissions.py",
        "    persons = sorted({step.decision.by, *(other.by for other in step.others)})\n",
        "    persons = [step.decision.by]\n",
        "a test",
        f"{SECOND}::test_a_second_person_does_not_decide_the_appeal_either",
    ),
    Defect(
        "a case taken from who has it",
        "console/deciding/leases.py",
        "if not held then\n",
        "if not held or #held > 0 then\n",
        "a test",
        f"{LEASES}::test_a_case_that_another_has_cannot_be_taken",
    ),
    Defect(
        "a line judged again by who decided it",
        "console/deciding/sample_routes.py",
        "    if page.viewer.id in line.deciders:\n",
        "    if not line.deciders:\n",
        "a test",
        f"{SAMPLE}::test_a_line_that_is_drawn_waits_for_somebody_who_has_not_decided_it",
    ),
    Defect(
        "evidence entered by whoever reads",
        "console/evidence/routes.py",
        '@submitted("evidence form", roles=ENTERERS, login="evidence")\n',
        '@submitted("evidence form", roles=(*ENTERERS, "auditor"), login="evidence")\n',
        "a test",
        f"{EVIDENCE}::test_an_auditor_enters_nothing",
    ),
)
