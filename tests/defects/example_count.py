"""Defects in the example of so many PET, and in the code that it leans on."""

from __future__ import annotations

from tests.defects.defect import Defect

_FOLDER = "policies/example-count/2025-03-01/"
_POLICY = "policies/example-count/2025-03-01/policy.toml"
_REASONS = "policies/example-count/2025-03-01/reasons.csv"
_SETS = "policies/example-count/2025-03-01/code_sets/"
_EARLIER = "rules/criteria/earlier_services.py"
_COUNT = "rules/criteria/count.py"
_SERVICES = "rules/history/service_days.py"

COUNT_DATA = (
    Defect(
        "count: a second initial PET is covered",
        _POLICY,
        "value = 1\n",
        "value = 2\n",
        "an example",
        "example-count: a second one to plan the first treatment is not",
    ),
    Defect(
        "count: one subsequent PET less is covered",
        _POLICY,
        "value = 3\n",
        "value = 2\n",
        "an example",
        "example-count: two before it leave room for a third to plan what follows",
    ),
    Defect(
        "count: one subsequent PET more is covered",
        _POLICY,
        "value = 3\n",
        "value = 4\n",
        "an example",
        "example-count: three do not: a person decides",
    ),
    Defect(
        "count: a second initial PET is held instead of denied",
        _POLICY,
        'value = "deny"\nsection = "1"\nquestion = "What of one more?"\nother_answers = ["pend"]',
        'value = "pend"\nsection = "1"\nquestion = "What of one more?"\nother_answers = ["deny"]',
        "an example",
        "example-count: a second one to plan the first treatment is not",
    ),
    Defect(
        "count: a fourth subsequent PET is denied instead of held",
        _POLICY,
        'value = "pend"\nsection = "2"\nquestion = "What of one more?"\nother_answers = ["deny"]',
        'value = "deny"\nsection = "2"\nquestion = "What of one more?"\nother_answers = ["pend"]',
        "an example",
        "example-count: three do not: a person decides",
    ),
    Defect(
        "count: the initial ones counted in a span without days",
        _POLICY,
        'value = "lifetime"\nsection = "1"\nquestion = "In which span are they counted?"\n'
        'other_answers = ["rolling", "episode"]',
        'value = "rolling"\nsection = "1"\nquestion = "In which span are they counted?"\n'
        'other_answers = ["lifetime", "episode"]',
        "an example",
        "example-count: the first PET of a cancer is covered",
    ),
    Defect(
        "count: initial PET told by the modifier of the subsequent ones",
        _POLICY,
        'modifier = "PI"',
        'modifier = "PS"',
        "an example",
        "example-count: a second one to plan the first treatment is not",
    ),
    Defect(
        "count: subsequent PET told by the modifier of the initial one",
        _POLICY,
        'modifier = "PS"',
        'modifier = "PI"',
        "an example",
        "example-count: three do not: a person decides",
    ),
    Defect(
        "count: the reasons of two roles exchanged",
        _POLICY,
        'too_many = "PET_SUBSEQUENT_DONE", unclear = "PET_SUBSEQUENT_UNCLEAR"',
        'too_many = "PET_SUBSEQUENT_UNCLEAR", unclear = "PET_SUBSEQUENT_DONE"',
        "an example",
        "example-count: three do not: a person decides",
    ),
    Defect(
        "count: the initial one asked in another state alone",
        _POLICY,
        'kind = "count"\nwords = { modifier = "PI" }\n',
        'kind = "count"\nonly_states = ["NY"]\nwords = { modifier = "PI" }\n',
        "an example",
        "example-count: a second one to plan the first treatment is not",
    ),
    Defect(
        "count: a procedure forgotten",
        "policies/example-count/2025-03-01/code_sets/oncologic_pet.csv",
        "78811,no,",
        "78814,no,",
        "the loader",
        "policies/example-count/2025-03-01/code_sets/oncologic_pet.csv",
    ),
    Defect(
        "count: PET of the brain taken for one of a cancer",
        "policies/example-count/2025-03-01/code_sets/oncologic_pet.csv",
        "78811,no,",
        "78608,no,",
        "an example",
        "example-count: another procedure of the service counts too",
    ),
    Defect(
        "count: the CARC of what was done before swapped",
        _REASONS,
        "CO,119,",
        "CO,151,",
        "an example",
        "example-count: a second one to plan the first treatment is not",
    ),
    Defect(
        "count: the plan decides by another policy",
        "plans/example-count.toml",
        'policies = ["example-count"]',
        'policies = ["example-brain-pet"]',
        "an example",
        "example-count: the first PET of a cancer is covered",
    ),
)

COUNT_CODE = (
    Defect(
        "count: a lifetime that forgets voids",
        _SERVICES,
        "known.live[self._taken_lines :]",
        "known.lines[self._taken_lines :]",
        "an example",
        "example-count: one that was voided does not count",
    ),
    Defect(
        "count: every part counts, whatever its modifier",
        _EARLIER,
        "if modifier is None or modifier in part.modifiers",
        "if modifier is None or part.modifiers",
        "an example",
        "example-count: one to plan what follows is no first one",
    ),
    Defect(
        "count: a line without the modifier is asked too",
        _COUNT,
        "terms.modifier not in line.billed.modifiers:",
        "terms.modifier == line.procedure:",
        "an example",
        "example-count: a PET with neither modifier is not limited",
    ),
    Defect(
        "count: one of the same day came first",
        _EARLIER,
        "service.on < asked.line.on",
        "service.on <= asked.line.on",
        "an example",
        "example-count: of two of one day nobody knows which was first",
    ),
    Defect(
        "count: one of after the line counts",
        _EARLIER,
        "latest_first(procedures, since, line.on)",
        "latest_first(procedures, since, date.max)",
        "an example",
        "example-count: one of after the line does not count",
    ),
    Defect(
        "count: what the core system denied counts",
        _SERVICES,
        'finalized.get(line.name, "performed")',
        '"performed"',
        "an example",
        "example-count: and does not once the core system denied it",
    ),
    Defect(
        "count: as many as are covered leave room for one more",
        _COUNT,
        "    if len(found.surely) >= terms.most:\n",
        "    if len(found.surely) > terms.most:\n",
        "an example",
        "example-count: three do not: a person decides",
    ),
    Defect(
        "count: what another payer has does not count",
        _EARLIER,
        'frozenset(("pending", "other_payer"))',
        'frozenset(("pending",))',
        "an example",
        "example-count: nor of one that another payer has",
    ),
    Defect(
        "count: what surely counts is not added to what may",
        _COUNT,
        "    if len(found.surely) + len(found.perhaps) >= terms.most:\n",
        "    if len(found.perhaps) >= terms.most:\n",
        "an example",
        "example-count: two and one that is not paid yet leave it open",
    ),
    Defect(
        "count: no more than one is counted",
        _EARLIER,
        "        if len(surely) >= enough:\n",
        "        if surely:\n",
        "an example",
        "example-count: three do not: a person decides",
    ),
    Defect(
        "count: the procedures that are watched count, not the policy's own",
        _EARLIER,
        "line.codes.decided if line.is_decided",
        "line.codes.decided if not line.is_decided",
        "an example",
        "example-count: a second one to plan the first treatment is not",
    ),
)
