"""Policies of one criterion behind the usual gates, to prove what can be proved of its kind."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from rules.criteria.kinds import KINDS
from rules.criterion import Criterion
from rules.policy_version import Policy
from rules.proof.check import OpenLibrary
from rules.proof.role_answers import ANSWERS_BY_ROLE
from rules.reasons import Reason
from rules.truth import Truth
from tests.rules.proof_examples import example_alone

ASKED = "asked"


def policy_asking(kind: str, terms: Any, **fields: Any) -> OpenLibrary:
    """The example that is never covered, with a criterion of a kind in place of its own."""
    opened = example_alone("example-never")
    (policy,) = opened.library.policies
    (version,) = policy.versions
    row = criterion_of_kind(kind, terms, **fields)
    criteria = (*version.criteria[:-1], row)
    reasons = {**policy.reasons, **{held.code: held for held in row.reasons.values()}}
    versions = (replace(version, criteria=criteria),)
    (document,) = opened.documents
    told = (*document.criteria[:-1], replace(document.criteria[-1], name=ASKED))
    opened = opened._replace(documents=(replace(document, criteria=told),))
    return with_policy(opened, replace(policy, versions=versions, reasons=reasons))


def criterion_of_kind(kind: str, terms: Any, name: str = ASKED, **fields: Any) -> Criterion[Any]:
    """A criterion of which each role has a reason of its own."""
    held = KINDS[kind]
    answers = ANSWERS_BY_ROLE[kind]
    row: Criterion[Any] = Criterion(
        name=name,
        kind=kind,
        services=frozenset({"spectroscopy"}),
        section="1",
        gate=None,
        bars=False,
        is_by_itself=held.is_by_itself,
        reasons={
            role: _reason(role, denies=Truth.NOT_MET in answers[role](terms))
            for role in held.reasons
        },
        terms=terms,
        parameters={},
        ask=held.ask,
    )
    return row.with_fields(**fields)


def with_policy(opened: OpenLibrary, policy: Policy) -> OpenLibrary:
    """A library of one policy with another one in its place."""
    library = replace(opened.library, policies=(policy,), reasons=policy.reasons)
    return opened._replace(library=library)


def with_codes(opened: OpenLibrary, **sets: Any) -> OpenLibrary:
    """A library of one policy with other code sets."""
    (policy,) = opened.library.policies
    versions = tuple(
        replace(version, codes=replace(version.codes, **sets)) for version in policy.versions
    )
    return with_policy(opened, replace(policy, versions=versions))


def _reason(role: str, *, denies: bool) -> Reason:
    return Reason(
        code=role.upper(),
        criterion=ASKED,
        section="1",
        label=role,
        group="CO" if denies else None,
        carc="50",
        rarc=(),
        needs=("authorization", "review"),
    )
