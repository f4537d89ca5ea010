"""Each answer of each criterion with each of another: built of facts, and decided."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations, product
from typing import NamedTuple

from rules.determination import Determination
from rules.facts import Attestation, Report, Treatment
from rules.proof.arrangements import AS_IT_IS, Arrangement
from rules.proof.classes import NO_PROCEDURE
from rules.proof.enumeration import Enumerated
from rules.proof.facts_of_gates import authorized
from rules.proof.laws import shape_of
from rules.proof.reached_answers import CriterionReached, finding_of, given_by
from rules.proof.role_answers import RoleAnswer
from rules.proof.situation import Situation
from rules.proof.varied_lines import VariedLine
from rules.truth import Truth

Given = tuple[CriterionReached, RoleAnswer]


class PairsDecided(NamedTuple):
    """How many pairs of answers there are, and what does not hold."""

    pairs: int
    together: int
    """So many were given together; the facts of the others exclude each other."""
    breaches: tuple[tuple[str, Situation], ...]


def answers_together(
    line: VariedLine, reached: Sequence[CriterionReached], enumerated: Enumerated
) -> PairsDecided:
    """Decides all pairs, with everything else met as far as can be; and what holds of any line."""
    pairs = held = 0
    for wanted, facts in _pairs(reached):
        pairs += 1
        if facts is not None:
            one = enumerated.decide(facts.of(line.setting))
            held += all(_is_given(one, *each) for each in wanted)
    breaches = (*_not_approved(line, reached, enumerated), *_worse(line, reached, enumerated))
    return PairsDecided(pairs, held, breaches)


def situations_of(line: VariedLine, reached: Sequence[CriterionReached]) -> Iterator[Situation]:
    """All facts of each criterion, alone and with everything else met; then each two answers."""
    for each in reached:
        rest = [other for other in reached if other is not each]
        for decided in each.decided:
            yield decided.situation
            yield _with_the_rest_met(decided.facts, rest).of(line.setting).situation()
    for _, facts in _pairs(reached):
        if facts is not None:
            yield facts.of(line.setting).situation()


def _pairs(
    reached: Sequence[CriterionReached],
) -> Iterator[tuple[tuple[Given, Given], Arrangement | None]]:
    """Each two answers with facts that lead to both; None: their facts contradict each other."""
    for one, other in combinations(reached, 2):
        rest = [each for each in reached if each not in (one, other)]
        for first, second in product(one.by_answer, other.by_answer):
            if not one.row.closes(first.truth):
                facts = one.by_answer[first].facts.with_another(other.by_answer[second].facts)
                whole = None if facts is None else _with_the_rest_met(facts, rest)
                yield ((one, first), (other, second)), whole


def _is_given(one: Determination, criterion: CriterionReached, answer: RoleAnswer) -> bool:
    finding = finding_of(one, criterion.row.name)
    return answer in given_by(criterion.row, finding, criterion.can_give)


def _with_the_rest_met(facts: Arrangement, rest: Sequence[CriterionReached]) -> Arrangement:
    """The facts with those that meet other criteria, as far as they do not contradict them."""
    for each in rest:
        met = each.when_met
        more = None if met is None else facts.with_another(met)
        facts = facts if more is None else more
    return facts


def _not_approved(
    line: VariedLine, reached: Sequence[CriterionReached], enumerated: Enumerated
) -> Iterator[tuple[str, Situation]]:
    """The line with everything met, if something can be met of each and it is not approved."""
    if any(each.when_met is None for each in reached):
        return
    setting = _with_the_rest_met(AS_IT_IS, reached).of(line.setting)
    one = enumerated.decide(setting)
    is_good = one.outcome in ("approved", "not_applicable")
    are_met = all(finding.answer is Truth.MET for finding in one.findings)
    if not (is_good and are_met):
        first = next((each for each in one.findings if each.answer is not Truth.MET), None)
        by = "" if first is None else f", by {first.criterion}"
        words = f"with everything met, {line.service} is {one.outcome} {one.reason}{by}"
        yield words, setting.situation()


def _worse(
    line: VariedLine, reached: Sequence[CriterionReached], enumerated: Enumerated
) -> Iterator[tuple[str, Situation]]:
    """Lines that an authorization denies, or of which facts that nobody asks for say something."""
    for criterion in reached:
        for decided in criterion.by_answer.values():
            more = decided.facts.with_another(authorized(line)) or decided.facts
            setting = more.of(line.setting)
            was, now = decided.determination, enumerated.decide(setting)
            if now.outcome == "denied" and was.outcome != "denied":
                words = f"an authorization denies {line.service} for {now.reason}"
                yield words, setting.situation()
            idle = decided.facts.with_another(_idle(line)) or decided.facts
            setting = idle.of(line.setting)
            if shape_of(enumerated.decide(setting)) != shape_of(was):
                words = f"{line.service} depends on facts that no criterion asks for"
                yield words, setting.situation()


def _idle(line: VariedLine) -> Arrangement:
    """Facts of which no policy has the codes."""
    on = line.setting.on
    return Arrangement(
        attestations=(Attestation("nobody asks for this", on),),
        beside=(
            Report("idle", NO_PROCEDURE, (), on, "performed", "unknown", ()),
            Treatment("idle", NO_PROCEDURE, on, "performed", ()),
        ),
    )
