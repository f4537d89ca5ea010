"""A library of two policies: the shipped one, and one of its form with words of its own."""

from __future__ import annotations

import csv
import re
import shutil
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from rules.library_model import Library
from rules.loading.files import load_library
from tests.rules.library_folders import VERSION, copy_small_library

SECOND = "second"
HERE = f"policies/{SECOND}/2025-03-17/"
POLICY_TOML = HERE + "policy.toml"
SECOND_PLAN = "second-plan"
WORDS = ("growth", "metabolic", "tumour", "abscess", "hiv", "seizures")
SERVICES = {"mrs": "spectroscopy", "pet": "positron"}
PLAN = """\
plan_id = "{plan}"
line_of_business = "commercial"
state = "{state}"
policies = ["{policies}"]
clinical_denials_need_peer_review = false
investigational_group = "CO"
non_covered_group = "PR"
excluded_procedures = []
source = "invented for tests"
"""
CRITERION = """\
[[criterion]]
name = "told"
kind = "n_of"
only_purposes = ["metabolic"]
only_states = ["PA"]
parameters = { least = "least_parts" }
reasons = { fewer = "NOT_TOLD", open = "TOLD_UNCLEAR" }
sections = ["I.A"]
cited_as = "I.A"
looks_at = "what is attested of the dose, and the place"
met = "both are as they should be"
not_met = "one is not"
unknown = "not told"

[[criterion.part]]
name = "dose"
kind = "measured"
parameters = { least = "least_dose" }
words = { attestation = "dose", unit = "mg" }
reasons = { outside = "NOT_TOLD", missing = "TOLD_UNCLEAR" }

[[criterion.part]]
name = "place"
kind = "place_of_service"
sets = { places = "places" }
reasons = { elsewhere = "NOT_TOLD", unknown = "TOLD_UNCLEAR" }

"""
PARAMETERS = """\
[parameter.least_parts]
type = "count"
value = 2
section = "I.A"
question = "How many of the two must be told?"
other_answers = { least = 1, most = 2 }
source = "invented for tests"

[parameter.least_dose]
type = "measure"
value = "2.5"
section = "I.A"
question = "What is the lowest dose?"
other_answers = { least = "0.5", most = "10" }
source = "invented for tests"

"""
REASONS = """\
code,criterion,section,label,group,carc,rarc,needs
CRITERIA_MET,,II,,,,,
INDICATION_UNCLEAR,indication,I.A.1,,,,,
NOT_TOLD,told,I.A,not told as it should be,notice:PR,50,N661,review
TOLD_UNCLEAR,told,I.A,nothing is told,,252,N706,review
"""


def write_two_policies(folder: Path) -> Path:
    """The shipped library, small, with the second policy and two plans that name it."""
    copy_small_library(folder)
    for plan in sorted((folder / "plans").iterdir()):
        plan.write_text(f'policies = ["6.01.03"]\n{plan.read_text()}')
    shutil.copytree(folder / VERSION, folder / HERE)
    for old, new in SERVICES.items():
        (folder / HERE / f"code_sets/{old}.csv").rename(folder / HERE / f"code_sets/{new}.csv")
    _write_policy(folder / POLICY_TOML)
    _name_purposes(folder / HERE / "code_sets")
    (folder / HERE / "code_sets/places.csv").write_text("code,label,source\n11,office,tests\n")
    (folder / HERE / "reasons.csv").write_text(REASONS)
    sources = folder / HERE / "sources.csv"
    text = sources.read_text()
    for old, new in SERVICES.items():
        text = text.replace(f"code_sets/{old}.csv", f"code_sets/{new}.csv")
    more = "code_sets/places.csv,tests,2026-11,I.A,told,\nreasons.csv,tests,2026-11,I.A,told,\n"
    sources.write_text(f"{text}{more}")
    plans = folder / "plans"
    (plans / "second.toml").write_text(PLAN.format(plan=SECOND_PLAN, state="PA", policies=SECOND))
    (plans / "other.toml").write_text(PLAN.format(plan="other-state", state="OH", policies=SECOND))
    return folder


@cache
def two_policies() -> Library:
    """That library, loaded."""
    with TemporaryDirectory() as folder:
        return load_library(write_two_policies(Path(folder) / "library"))


def _write_policy(path: Path) -> None:
    text = path.read_text()
    text = text.replace('id = "6.01.03"', f'id = "{SECOND}"')
    text = text.replace('service = "mrs"', 'service = "spectroscopy"')
    text = text.replace('watched_service = "pet"', 'watched_service = "positron"')
    text = text.replace('["mrs", "pet"]', '["spectroscopy", "positron"]')
    text = text.replace("value = [1, 3, 4, 6]", f"value = {_listed(1, 3, 4, 6)}")
    text = text.replace("any_of = [1, 2, 3, 4, 5, 6]", f"any_of = {_listed(1, 2, 3, 4, 5, 6)}")
    last, due = '[[criterion]]\nname = "pet_exclusivity"', "[parameter.pend_due_days]"
    path.write_text(text.replace(last, CRITERION + last).replace(due, PARAMETERS + due))


def _listed(*numbers: int) -> str:
    return "[" + ", ".join(f'"{WORDS[number - 1]}"' for number in numbers) + "]"


def _name_purposes(sets: Path) -> None:
    for name, column in (("indication_names", 0), ("indications", 1), ("company", 1)):
        path = sets / f"{name}.csv"
        header, *rows = csv.reader(path.read_text().splitlines())
        for row in rows:
            row[column] = re.sub(r"\d", lambda digit: WORDS[int(digit[0]) - 1], row[column])
        with path.open("w", newline="") as written:
            csv.writer(written, lineterminator="\n").writerows([header, *rows])
