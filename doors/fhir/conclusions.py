"""
Which codes of a report's conclusion say that the imaging was limited, and which that it was not.

The set is data: `data/conclusions.csv`. A code that is not in it, no code at all, and codes that
contradict each other leave the result unknown: nobody reads the words of a report here.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import Literal, get_args

from doors.fhir.datatypes import CodeableConcept

ConclusionResult = Literal["limited", "conclusive", "unknown"]


@cache
def conclusion_codes() -> Mapping[tuple[str, str], ConclusionResult]:
    """The result for each system and code."""
    text = (files("doors.fhir") / "data" / "conclusions.csv").read_text("utf-8")
    results = {each: each for each in get_args(ConclusionResult)}
    return {
        (row["system"], row["code"]): results[row["result"]]
        for row in csv.DictReader(text.splitlines())
    }


def result_of(conclusions: Iterable[CodeableConcept]) -> ConclusionResult:
    """What the codes of a conclusion say together."""
    known = conclusion_codes()
    found = {
        known[coding.system, coding.code]
        for concept in conclusions
        for coding in concept.coding
        if coding.system and coding.code and (coding.system, coding.code) in known
    }
    return found.pop() if len(found) == 1 else "unknown"
