"""Defects in the doors: in what is sent, in what is answered, in what is kept."""

from __future__ import annotations

from tests.defects.defect import Defect

ANSWERS = "tests/doors/x12/test_answers.py"
COMMAND = "tests/doors/x12/test_answers_command.py"
FHIR = "tests/doors/fhir"
FILES = "tests/doors/x12/test_acknowledged_files.py"

DOORS = (
    Defect(
        "an offset committed before Redis has acknowledged its event",
        "doors/kafka/inbound.py",
        "        batch = self._next_batch()\n",
        "        batch = self._next_batch()\n"
        "        self._arrived.note(batch)\n"
        "        self._arrived.commit()\n",
        "a test",
        "tests/doors/kafka/test_bridge_deaths.py"
        "::test_killed_before_each_thing_that_it_does_nothing_is_lost_and_no_effect_doubled",
    ),
    Defect(
        "a determination acknowledged before Kafka has it",
        "doors/kafka/outbound.py",
        "        if not self._left:\n            self._left = {",
        "        if True:\n            self._left = {",
        "a test",
        "tests/doors/kafka/test_bridge_out.py"
        "::test_while_the_broker_is_away_nothing_is_acknowledged_and_then_all_is",
    ),
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
        'frozenset({"plan_enrollment", "member_record", "applied_authority", "review"})\n',
        'frozenset({"review"})\n',
        "a test",
        f"{ANSWERS}::test_each_outcome_has_its_status_for_claim_and_line",
    ),
    Defect(
        "a child taken for the subscriber",
        "doors/fhir/members.py",
        "        return has_code(coverage.relationship, _SELF)\n",
        "        return True\n",
        "a test",
        f"{FHIR}/test_members.py::test_a_dependent_without_a_number_has_a_lasting_id_of_their_own",
    ),
    Defect(
        "a patient looked up by the id of another server",
        "doors/fhir/bundles.py",
        "    return len(servers) < 2\n",
        "    return len(servers) < 3\n",
        "a test",
        f"{FHIR}/test_members.py"
        "::test_a_patient_of_another_server_with_the_same_id_is_not_the_claim_s",
    ),
    Defect(
        "a modifier extension that nobody knows is passed over",
        "doors/fhir/elements.py",
        'extension.get("url") == ITEM_CANCELLED',
        'extension.get("url") is not None',
        "a test",
        f"{FHIR}/test_claims_refused.py::test_a_claim_is_refused_with_the_place_and_the_reason",
    ),
    Defect(
        "the report that is not final tells a result",
        "doors/fhir/imaging.py",
        "    is_finished = report.status in _FINISHED\n",
        "    is_finished = report.status in _REPORTED\n",
        "a test",
        f"{FHIR}/test_imaging_and_coverage.py::test_a_report_says_whether_the_imaging_was_limited",
    ),
    Defect(
        "the provider's word taken for an enrolment",
        "doors/fhir/messages.py",
        "is_word = not kinds.isdisjoint(_SAID_BESIDE.get(placed.kind, ()))",
        "is_word = False",
        "a test",
        f"{FHIR}/test_messages.py"
        "::test_a_coverage_beside_a_claim_is_the_provider_s_word_and_no_enrolment",
    ),
    Defect(
        "a token guessed at without end",
        "worker/config/guesses.py",
        "            return self._count(place)[0] >= WRONG_MAX\n",
        "            return self._count(place)[0] > 100 * WRONG_MAX\n",
        "a test",
        f"{FHIR}/test_endpoint_refusals.py"
        "::test_wrong_tokens_of_an_address_are_answered_only_so_often",
    ),
)
