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
    for one, other in combinations(reached, 2):
        for given in product(one.by_answer, other.by_answer):
            if one.row.closes(given[0].truth):
                continue
            pairs += 1
            held += _are_given(line, ((one, given[0]), (other, given[1])), reached, enumerated)
    breaches = (*_not_approved(line, reached, enumerated), *_worse(line, reached, enumerated))
    return PairsDecided(pairs, held, breaches)


def _are_given(
    line: VariedLine,
    wanted: Sequence[Given],
    reached: Sequence[CriterionReached],
    enumerated: Enumerated,
) -> bool:
    """Whether facts of both lead to both answers together; the line is decided in any case."""
    facts: Arrangement | None = AS_IT_IS
    for criterion, answer in wanted:
        facts = facts and facts.with_another(criterion.by_answer[answer].facts)
    if facts is None:
        return False
    asked = [criterion for criterion, _ in wanted]
    facts = _with_the_rest_met(facts, (each for each in reached if each not in asked))
    one = enumerated.decide(facts.of(line.setting))
    return all(_is_given(one, *each) for each in wanted)


def _is_given(one: Determination, criterion: CriterionReached, answer: RoleAnswer) -> bool:
    finding = finding_of(one, criterion.row.name)
    return answer in given_by(criterion.row, finding, criterion.can_give)


def _with_the_rest_met(facts: Arrangement, rest: Iterator[CriterionReached]) -> Arrangement:
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
    setting = _with_the_rest_met(AS_IT_IS, iter(reached)).of(line.setting)
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
