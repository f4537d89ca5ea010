"""Whatever is wrong with a policy folder is told at once, each with its file and row."""

from __future__ import annotations

from pathlib import Path

import pytest

from rules.loading.faults import LibraryFault
from rules.loading.files import load_library
from tests.rules.library_folders import edit, refused
from tests.rules.second_policy import HERE, POLICY_TOML, write_two_policies

WORDS = 'looks_at = "it"\nmet = "met"\nnot_met = "not met"\nunknown = "unknown"\n'
LAST = '[[criterion]]\nname = "pet_exclusivity"'
REASONS = f"{HERE}reasons.csv"


def criterion(name: str, kind: str, said: str, reasons: str) -> str:
    return (
        f'[[criterion]]\nname = "{name}"\nkind = "{kind}"\n{said}'
        f'reasons = {{ {reasons} }}\nsections = ["I.A"]\ncited_as = "I.A"\n{WORDS}\n'
    )


def parameter(name: str, type_: str, value: str, others: str) -> str:
    return (
        f'[parameter.{name}]\ntype = "{type_}"\nvalue = {value}\nsection = "I.A"\n'
        f'question = "Which?"\nother_answers = {others}\nsource = "tests"\n\n'
    )


def add(folder: Path, criteria: str, parameters: str, reasons: dict[str, str]) -> None:
    """Asks more of the second policy, before the last of its criteria."""
    edit(folder, POLICY_TOML, LAST, criteria + LAST)
    due = "[parameter.pend_due_days]"
    edit(folder, POLICY_TOML, due, parameters + due)
    with (folder / REASONS).open("a") as out:
        for code, of in reasons.items():
            out.write(f"{code},{of},I.A,a reason of a test,CO,50,N661,review\n")


def row_of(folder: Path, file: str, text: str, after: str = "") -> int:
    """The row in which a text stands, from 1; of several, the first after another text."""
    whole = (folder / file).read_text()
    return whole.count("\n", 0, whole.index(text, whole.index(after))) + 1


def where(faults: tuple[LibraryFault, ...], file: str, wrong: str) -> str:
    (found,) = [fault for fault in faults if fault.file == file and wrong in fault.wrong]
    return found.where


def test_all_that_one_file_has_wrong_is_told_with_its_rows(tmp_path):
    folder = write_two_policies(tmp_path / "library")
    for old, new in (
        ('kind = "coding"', 'kind = "codding"'),
        ('kind = "earlier_study"\n', 'kind = "earlier_study"\ngate = "must_not_fail"\n'),
        ("parameters = { least = ", 'parameters = { luck = "least_dose", least = '),
        ("other_answers = { least = 1, most = 2 }", "other_answers = { least = 2, most = 1 }"),
        ('other_answers = { least = "0.5"', 'other_answers = { least = "11"'),
        ('["I.A"]\ncited_as = "I.A"\nlooks_at = "what is', '["XX"]\ncited_as = "XX"\nlooks_at = "'),
    ):
        count = (folder / POLICY_TOML).read_text().count(old)
        edit(folder, POLICY_TOML, old, new) if count == 1 else replace_first(folder, old, new)

    faults = refused(folder).faults

    told = [fault for fault in faults if fault.wrong == "is 'codding', which is not allowed"]
    assert ["Did you mean coding?"] == [fault.to_do[:20] for fault in told]
    for wrong, place in (
        ("is 'codding'", row_of(folder, POLICY_TOML, 'kind = "codding"')),
        ("stands after indication", row_of(folder, POLICY_TOML, 'gate = "', '"earlier_study"')),
        ("has 'luck', which n_of does not", row_of(folder, POLICY_TOML, "{ luck = ")),
        ("is 2, above `most`, which is 1", row_of(folder, POLICY_TOML, "{ least = 2, most = 1")),
        ("is 11, above `most`, which is 10", row_of(folder, POLICY_TOML, '{ least = "11"')),
        ("cites 'XX', which is not a section", row_of(folder, POLICY_TOML, '["XX"]')),
    ):
        assert where(faults, POLICY_TOML, wrong).startswith(f"row {place} (")


def replace_first(folder: Path, old: str, new: str) -> None:
    path = folder / POLICY_TOML
    path.write_text(path.read_text().replace(old, new, 1))


def years_and_number(unclear: str) -> str:
    """A criterion of age with two bounds, and one that counts; the reason where that is unclear."""
    bounds = 'parameters = { least_years = "youngest", most_years = "oldest" }\n'
    counted = 'parameters = { most = "number_most", span = "counted_in", beyond = "beyond" }\n'
    years = criterion("years", "age", bounds, 'outside = "WRONG_AGE", unknown = "WRONG_AGE"')
    reasons = f'too_many = "TOO_MANY", unclear = "{unclear}"'
    return years + criterion("number", "count", counted, reasons)


def test_all_that_is_wrong_between_files_is_told_with_its_rows(tmp_path):
    folder = write_two_policies(tmp_path / "library")
    add(
        folder,
        years_and_number(unclear="NO_SUCH_REASON"),
        parameter("youngest", "years", "51", "{ least = 0, most = 120 }")
        + parameter("oldest", "years", "50", "{ least = 0, most = 120 }")
        + parameter("number_most", "count", "1", "{ least = 0, most = 9 }")
        + parameter("counted_in", "choice", '"rolling"', '["lifetime", "episode"]')
        + parameter("beyond", "choice", '"deny"', '["pend"]'),
        {"WRONG_AGE": "years", "TOO_MANY": "number"},
    )
    names = f"{HERE}code_sets/indication_names.csv"
    with (folder / names).open("a") as out:
        out.write("headache,I.A,pain,pain in the head,tests\n")
    edit(folder, "plans/second.toml", '["second"]', '["6.01.03", "second"]')

    faults = refused(folder).faults

    for file, wrong, place in (
        (POLICY_TOML, "is 51, above oldest, which is 50", "value = 51"),
        (POLICY_TOML, "lacks span_days, although counted_in is", 'parameters = { most = "number'),
        (POLICY_TOML, "is 'NO_SUCH_REASON', which is not", 'reasons = { too_many = "TOO_MANY"'),
        (names, "is a purpose without a code", "headache,"),
        ("plans/second.toml", "lets 6.01.03 and second both decide", "policies ="),
    ):
        assert where(faults, file, wrong).startswith(f"row {row_of(folder, file, place)} (")


@pytest.mark.parametrize(
    ("youngest", "oldest", "span"),
    [
        pytest.param("50", "50", '"lifetime"', id="bounds that are one, no rolling span"),
        pytest.param("49", "50", '"episode"', id="bounds apart, an episode"),
    ],
)
def test_what_a_policy_can_say_of_bounds_and_spans(youngest, oldest, span, tmp_path):
    folder = write_two_policies(tmp_path / "library")
    others = [word for word in ('"lifetime"', '"rolling"', '"episode"') if word != span]
    add(
        folder,
        years_and_number(unclear="TOO_MANY"),
        parameter("youngest", "years", youngest, "{ least = 0, most = 120 }")
        + parameter("oldest", "years", oldest, "{ least = 0, most = 120 }")
        + parameter("number_most", "count", "1", "{ least = 0, most = 9 }")
        + parameter("counted_in", "choice", span, f"[{', '.join(others)}]")
        + parameter("beyond", "choice", '"deny"', '["pend"]'),
        {"WRONG_AGE": "years", "TOO_MANY": "number"},
    )

    assert load_library(folder).policies


def test_a_part_is_told_with_its_own_row(tmp_path):
    folder = write_two_policies(tmp_path / "library")
    edit(folder, POLICY_TOML, 'outside = "NOT_TOLD", missing', 'outside = "NOT_SAID", missing')

    faults = refused(folder).faults

    row = row_of(folder, POLICY_TOML, 'outside = "NOT_SAID"')
    assert f"row {row} (criterion dose.reasons.outside)" == where(faults, POLICY_TOML, "NOT_SAID")


def test_a_period_of_a_plan_that_lets_two_decide_is_told_with_its_row(tmp_path):
    folder = write_two_policies(tmp_path / "library")
    with (folder / "plans/second.toml").open("a") as out:
        out.write('\n[[period]]\neffective_from = 2026-01-01\npolicies = ["6.01.03", "second"]\n')

    faults = refused(folder).faults

    row = row_of(folder, "plans/second.toml", 'policies = ["6.01.03"')
    assert f"row {row} (period 2026-01-01.policies)" == where(faults, "plans/second.toml", "lets")


def test_plans_that_name_no_policy_are_told_as_a_whole(tmp_path):
    folder = write_two_policies(tmp_path / "library")
    edit(folder, "plans/second.toml", 'policies = ["second"]\n', "")

    assert "policies" == where(refused(folder).faults, "plans/second.toml", "lets")
