"""For each kind of criterion what makes facts that lead to its answers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice, product
from typing import Any, Final

from rules.criterion import Criterion
from rules.proof.arrangements import Candidate, together
from rules.proof.facts_of_gates import (
    facts_of_authority,
    facts_of_benefit,
    facts_of_code_flag,
    facts_of_coding,
    facts_of_not_duplicate,
    facts_of_policy_in_force,
)
from rules.proof.facts_of_history import (
    facts_of_after_treatment,
    facts_of_age,
    facts_of_count,
    facts_of_evaluated,
    facts_of_interval,
    facts_of_sex,
    facts_of_tried,
)
from rules.proof.facts_of_lines import (
    facts_of_attested,
    facts_of_authorization,
    facts_of_companion,
    facts_of_measured,
    facts_of_never,
    facts_of_ordered_by,
    facts_of_place,
    facts_of_referred,
    facts_of_units,
)
from rules.proof.facts_of_studies import (
    facts_of_earlier_study,
    facts_of_exclusivity,
    facts_of_purpose,
)
from rules.proof.varied_lines import VariedLine
from rules.terms_of_lines import NOfTerms
from rules.truth import Truth

_OF_A_PART = 4
"""So many candidates of a part are tried with those of the others."""
_TOGETHER = 400

MakesFacts = Callable[[VariedLine, Criterion[Any]], Iterator[Candidate]]


def facts_of_n_of(line: VariedLine, row: Criterion[NOfTerms]) -> Iterator[Candidate]:
    """A few candidates of each part with those of the others; then each where it alone decides."""
    of_parts = [list(FACTS_BY_KIND[part.kind](line, part)) for part in row.terms.parts]
    few = [_few(candidates) for candidates in of_parts]
    for chosen in islice(chain(product(*few), _alone(of_parts, few)), _TOGETHER):
        facts = together(each.facts for each in chosen)
        if facts is not None:
            words = "; ".join(each.words for each in chosen)
            yield Candidate(words, facts, _expected(chosen, row.terms.least))


FACTS_BY_KIND: Final[Mapping[str, MakesFacts]] = {
    "benefit": facts_of_benefit,
    "authority": facts_of_authority,
    "policy_in_force": facts_of_policy_in_force,
    "coding": facts_of_coding,
    "not_duplicate": facts_of_not_duplicate,
    "code_flag": facts_of_code_flag,
    "purpose": facts_of_purpose,
    "earlier_study": facts_of_earlier_study,
    "exclusivity": facts_of_exclusivity,
    "never": facts_of_never,
    "referred": facts_of_referred,
    "units": facts_of_units,
    "place_of_service": facts_of_place,
    "ordered_by": facts_of_ordered_by,
    "authorization": facts_of_authorization,
    "attested": facts_of_attested,
    "measured": facts_of_measured,
    "companion": facts_of_companion,
    "n_of": facts_of_n_of,
    "count": facts_of_count,
    "interval": facts_of_interval,
    "age": facts_of_age,
    "sex": facts_of_sex,
    "tried_and_failed": facts_of_tried,
    "evaluated": facts_of_evaluated,
    "after_treatment": facts_of_after_treatment,
}
"""By the name of the kind; a kind that is missing here fails a test."""


def _alone(
    of_parts: Sequence[list[Candidate]], few: Sequence[list[Candidate]]
) -> Iterator[tuple[Candidate, ...]]:
    """Each candidate of a part, while no other part is met: what its numbers decide is seen."""
    unmet = [[each for each in chosen if each.expected is not Truth.MET][:1] for chosen in few]
    for at, candidates in enumerate(of_parts):
        yield from product(*unmet[:at], candidates, *unmet[at + 1 :])


def _few(candidates: Iterable[Candidate]) -> list[Candidate]:
    """The first for each answer that is expected, and a few of which none is."""
    firsts: dict[Truth | int, Candidate] = {}
    for number, each in enumerate(candidates):
        firsts.setdefault(number if each.expected is None else each.expected, each)
    return list(firsts.values())[:_OF_A_PART]


def _expected(parts: tuple[Candidate, ...], least: int) -> Truth | None:
    """What so many answers come to; None where one of them is not known beforehand."""
    answers = [each.expected for each in parts]
    if None in answers:
        return None
    if answers.count(Truth.MET) >= least:
        return Truth.MET
    can_be = answers.count(Truth.MET) + answers.count(Truth.UNKNOWN)
    return Truth.UNKNOWN if can_be >= least else Truth.NOT_MET
