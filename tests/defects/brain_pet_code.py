"""Defects in the code that the example of PET of the brain leans on."""

from __future__ import annotations

from tests.defects.defect import Defect

_AGE = "rules/criteria/age.py"
_MEASURED = "rules/criteria/measured.py"
_TRIED = "rules/criteria/tried_and_failed.py"
_FINDINGS = "rules/criteria/line_findings.py"

BRAIN_PET_CODE = (
    Defect(
        "brain PET: a birthday counts the day after",
        _AGE,
        "< (born.month, born.day)",
        "<= (born.month, born.day)",
        "an example",
        "example-brain-pet: who is 50 on the day is old enough",
    ),
    Defect(
        "brain PET: whose age nobody knows is too young",
        _AGE,
        'return unknown(criterion, "unknown", "the birth date is not',
        'return not_met(criterion, "outside", "the birth date is not',
        "an example",
        "example-brain-pet: whose age nobody knows waits",
    ),
    Defect(
        "brain PET: the highest score is too high",
        _MEASURED,
        "value <= terms.most",
        "value < terms.most",
        "an example",
        "example-brain-pet: a score of 26 points is low enough",
    ),
    Defect(
        "brain PET: a score of the last day that counts is too old",
        _MEASURED,
        "latest < days_before(line.on, days)",
        "latest <= days_before(line.on, days)",
        "an example",
        "example-brain-pet: a score of 365 days before is new enough",
    ),
    Defect(
        "brain PET: any score decides, not the latest",
        _MEASURED,
        "    latest = max(each.on for each in measures)\n",
        "    latest = min(each.on for each in measures)\n",
        "an example",
        "example-brain-pet: the latest score decides",
    ),
    Defect(
        "brain PET: what nobody knows the end of has failed",
        _TRIED,
        'if outcome == "unknown" or',
        'if outcome == "" or',
        "an example",
        "example-brain-pet: one that failed and one of which nobody knows wait",
    ),
    Defect(
        "brain PET: what helped has failed",
        _TRIED,
        'if outcome == "succeeded" or',
        'if outcome == "" or',
        "an example",
        "example-brain-pet: nor are two of which one did stop them",
    ),
    Defect(
        "brain PET: one medicine twice is two",
        _TRIED,
        "    failed = sorted({each.code for each in surely})\n",
        "    failed = sorted([each.code for each in surely])\n",
        "an example",
        "example-brain-pet: nor is one that was tried twice",
    ),
    Defect(
        "brain PET: one purpose of several is enough to be asked",
        _FINDINGS,
        "purposes <= row.only_purposes",
        "bool(purposes & row.only_purposes)",
        "an example",
        "example-brain-pet: who has a tumour beside the dementia is asked for no score",
    ),
    Defect(
        "brain PET: what has no purpose is asked what only some are",
        _FINDINGS,
        "(bool(purposes) and purposes <=",
        "(purposes <=",
        "an example",
        "example-brain-pet: a tumour of another organ is asked for no score",
    ),
    Defect(
        "brain PET: the last day of the window is no part of it",
        "rules/exclusivity/view_walk.py",
        "if rival.study.on < first:",
        "if rival.study.on <= first:",
        "an example",
        "example-brain-pet: a spectroscopy of 60 days before for the same tumour takes "
        "the PET's place",
    ),
    Defect(
        "brain PET: a treatment between the two is not looked for",
        "rules/history/policy_view.py",
        "return bool(treatments) and",
        "return not treatments and",
        "an example",
        "example-brain-pet: nor does one of before an operation",
    ),
    Defect(
        "brain PET: a watched line that follows is taken for one that is decided",
        "rules/exclusivity/rivals.py",
        '    if choice == "pend":\n        because, evidence',
        '    if choice == "never":\n        because, evidence',
        "an example",
        "example-brain-pet: a spectroscopy after the PET waits for a person, and one "
        "alone is none of ours",
    ),
)
