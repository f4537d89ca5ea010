"""Defects in the example of a service that is never covered, and in the code that it leans on."""

from __future__ import annotations

from tests.defects.defect import Defect

_FOLDER = "policies/example-never/2026-01-01/"
_POLICY = _FOLDER + "policy.toml"
_REASONS = _FOLDER + "reasons.csv"

NEVER_DATA = (
    Defect(
        "never: its first day a day late",
        _POLICY,
        "effective_from = 2026-01-01",
        "effective_from = 2026-01-02",
        "an example",
        "example-never: one of the first day has one",
    ),
    Defect(
        "never: its first day a day early",
        _POLICY,
        "effective_from = 2026-01-01",
        "effective_from = 2025-12-31",
        "an example",
        "example-never: a spectroscopy of before the first day has no version",
    ),
    Defect(
        "never: asked of procedures that are called investigational alone",
        _POLICY,
        'kind = "never"\nreasons = { never = "NEVER_COVERED" }\n',
        'kind = "code_flag"\nreasons = { flagged = "NEVER_COVERED" }\n',
        "an example",
        "example-never: a tumour of the brain is no exception",
    ),
    Defect(
        "never: left to somebody else instead of denied",
        _POLICY,
        'kind = "never"\nreasons = { never = "NEVER_COVERED" }\n',
        'kind = "referred"\nreasons = { referred = "NEVER_COVERED" }\n',
        "an example",
        "example-never: what was authorized beforehand is let through",
    ),
    Defect(
        "never: a reason of another criterion",
        _POLICY,
        'reasons = { never = "NEVER_COVERED" }',
        'reasons = { never = "DUPLICATE" }',
        "the loader",
        _POLICY,
    ),
    Defect(
        "never: a duplicate is no longer turned away at the gate",
        _POLICY,
        'kind = "not_duplicate"\ngate = "must_not_fail"\n',
        'kind = "not_duplicate"\n',
        "an example",
        "example-never: no reviewer lifts a duplicate",
    ),
    Defect(
        "never: what could not be billed counts as billed before",
        _POLICY,
        'gate = "must_not_fail"\nbars = true\n',
        'gate = "must_not_fail"\n',
        "an example",
        "example-never: what could not be billed was not billed before",
    ),
    Defect(
        "never: who pays for the denial mixed up",
        _REASONS,
        "plan:investigational",
        "plan:non_covered",
        "an example",
        "example-never: a tumour of the brain is no exception",
    ),
    Defect(
        "never: an authorization is no longer asked for",
        _REASONS,
        "55,N623,authorization;review",
        "55,N623,review",
        "an example",
        "example-never: a tumour of the brain is no exception",
    ),
    Defect(
        "never: the plan decides by another policy",
        "plans/example-never.toml",
        'policies = ["example-never"]',
        'policies = ["example-prior-study"]',
        "an example",
        "example-never: a tumour of the brain is no exception",
    ),
    Defect(
        "never: the procedure has no components",
        _FOLDER + "code_sets/spectroscopy.csv",
        "76390,no,yes,",
        "76390,no,no,",
        "an example",
        "example-never: a part of what was billed whole is included in it",
    ),
    Defect(
        "never: a held line falls due a day late",
        _POLICY,
        'type = "days"\nvalue = 30',
        'type = "days"\nvalue = 31',
        "an example",
        "example-never: a held line falls due 30 days after its receipt",
    ),
)

NEVER_CODE = (
    Defect(
        "never: an authorization lifts it no more",
        "rules/criteria/never.py",
        "    if asked.authorizations:\n",
        "    if asked.authorizations and False:\n",
        "an example",
        "example-never: what was authorized beforehand is let through",
    ),
    Defect(
        "never: it holds instead of denying",
        "rules/criteria/never.py",
        "import authorized, not_met\n",
        "import authorized, unknown as not_met\n",
        "an example",
        "example-never: a tumour of the brain is no exception",
    ),
    Defect(
        "never: an authorization of another procedure counts",
        "rules/history/known.py",
        "                and authorization.procedure == procedure\n",
        "",
        "an example",
        "example-never: an authorization of another procedure is none",
    ),
    Defect(
        "never: before its first day the first version holds",
        "rules/policy_version.py",
        "        return None\n\n    def nearest_version",
        "        return self.versions[0]\n\n    def nearest_version",
        "an example",
        "example-never: a spectroscopy of before the first day has no version",
    ),
    Defect(
        "never: a policy's own reasons are told by the library's",
        "rules/loading/files.py",
        "            reasons |= version.reasons\n",
        "            reasons = {**version.reasons, **reasons}\n",
        "an example",
        "example-never: no reviewer lifts a duplicate",
    ),
    Defect(
        "never: a plan's policies are not asked for",
        "rules/library_model.py",
        "        policies = self.policies_of(plan)\n        watching",
        "        policies = self.policies\n        watching",
        "an example",
        "example-never: a tumour of the brain is no exception",
    ),
)
