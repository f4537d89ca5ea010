"""Frequency of each value in a generated plan, as weights."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

PLANS: Final[Mapping[str, int]] = {
    "sample-commercial": 44, "sample-ny-commercial": 14, "sample-medicaid": 8,
    "sample-medicare": 10, "sample-dsnp": 6, "sample-essential": 5, "sample-child-health": 4,
    "sample-no-mrs": 3, "sample-dsnp-no-medicare-mrs": 3, "another-payer": 3,
}  # fmt: skip
QUESTIONS: Final[Mapping[tuple[str, ...], int]] = {
    ("C71.1", "C71.9", "C79.31"): 30,  # listed, tumour
    ("D33.2", "D43.2", "C79.32", "Z85.841", "I67.89"): 12,  # documented, or listed in company
    ("G06.0", "G03.9", "B20", "A86"): 9,  # infection
    ("E75.02", "E70.0", "E72.51", "E70.30"): 7,  # metabolic
    ("G40.909", "G40.011"): 14,  # seizures
    ("D49.6", "E71.43"): 5,  # suggested
    ("R51.9", "Z09", "R90.0"): 10,  # symptoms
    ("F32.9", "C50.911", "M54.50"): 9,  # other diseases
    ("C71", "C71.99", "X"): 4,  # a heading, and codes that do not exist
}
SCANS: Final[Mapping[str, int]] = {
    "70553": 55, "70551": 15, "70552": 5, "70450": 15, "70470": 10
}  # fmt: skip
PETS: Final[Mapping[str, int]] = {
    "78608": 50, "78609": 8, "78813": 8, "78814": 8, "78816": 10, "78815": 8, "G0235": 3
}  # fmt: skip
TREATMENTS: Final[Mapping[str, int]] = {"61510": 4, "61796": 2, "77373": 2, "77412": 4}
OTHERS: Final = ("99213", "99214", "93000", "80053")
PROVIDERS: Final = ("9234567893", "9987654328", "9456789012", None)
"""None of them is real: real ones begin with 1 or 2."""
