"""Defects in the doors: in what is sent, in what is answered, in what is kept."""

from __future__ import annotations

from tests.defects.defect import Defect

ANSWERS = "tests/doors/x12/test_answers.py"
COMMAND = "tests/doors/x12/test_answers_command.py"
FILES = "tests/doors/x12/test_acknowledged_files.py"

DOORS = (
    Defect(
        "a rejected transaction set sent all the same",
        "doors/x12/reading.py",
        "                    if not reasons_above(interchange, group, each):\n"
        "                        yield from each.events\n",
        "                    yield from each.events\n",
        "a test",
        f"{FILES}::test_nothing_is_sent_of_what_is_rejected",
    ),
    Defect(
        "a remittance for a claim of which not every line is denied",
        "doors/x12/answers.py",
        "        if not lines or len(lines) < len(denied):\n",
        "        if not lines:\n",
        "a test",
        f"{ANSWERS}::test_there_is_no_remittance_where",
    ),
    Defect(
        "a remittance that does not balance",
        "doors/x12/remittance_835.py",
        '    yield segment("CAS", each.group, each.carc, each.line.charge)\n',
        '    yield segment("CAS", each.group, each.carc, each.line.charge * each.line.units + 1)\n',
        "a test",
        f"{ANSWERS}::test_every_remittance_balances",
    ),
    Defect(
        "a determination that comes again sees what came after it",
        "doors/x12/decided_lines.py",
        "        AND each.place <= it.place\n",
        "",
        "a test",
        f"{COMMAND}::test_determinations_that_come_again_change_nothing",
    ),
    Defect(
        "names of members for everybody to read",
        "doors/x12/submitted_claims.py",
        "_FOR_ME: Final = 0o600\n",
        "_FOR_ME: Final = 0o644\n",
        "a test",
        "tests/doors/x12/test_kept_claims.py"
        "::test_a_claim_is_found_as_it_was_and_by_its_own_member_only",
    ),
    Defect(
        "a pend that asks for what the payer has itself",
        "doors/x12/needs.py",
        'frozenset({"plan_enrollment", "applied_authority", "review"})\n',
        'frozenset({"review"})\n',
        "a test",
        f"{ANSWERS}::test_each_outcome_has_its_status_for_claim_and_line",
    ),
)
