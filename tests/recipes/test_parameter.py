"""A parameter can be added as ARCHITECTURE.md says, and each forgotten step is noticed."""

from __future__ import annotations

from tests.support.recipes import Step, carry_out, steps_on_the_page

POLICY = "rules/library/policies/6.01.03/2025-03-17/policy.toml"
CRITERION = "rules/criteria/indication.py"
PARAMETER = """
[parameter.listed_codes]
type = "choice"
value = "meet"
section = "I.A"
question = "Does a code of the policy's list meet the criterion by itself?"
other_answers = ["pend"]
source = "Our choice, to try a recipe."

"""
USE = """        used_here = criterion.used("listed_codes")
        if criterion.terms.listed_codes == "pend":
            return unknown(criterion, "unclear", because, (), used_here)
        return met(criterion, library, because, (), used_here)
"""
WITNESS = """    "listed_codes": {"pend": [TUMOUR, LIMITED_MRI]},
"""


def add_the_field(copy):
    field = '\n    listed_codes: Literal["meet", "pend"]\n'
    copy.insert("rules/terms.py", r"^class PurposeTerms:\n[\s\S]*?(?=\n\n\n@)", field)


def ask_and_answer_it(copy):
    copy.insert(POLICY, r"^(?=\n+\[parameter\.pend_due_days\])", PARAMETER)
    slot = 'listed_codes = "listed_codes", '
    copy.insert(POLICY, r'^name = "indication"\n(?:.*\n)*?parameters = \{ ', slot)


def use_and_name_it(copy):
    copy.insert(CRITERION, r"because = _documents\(listed, .*\n(?=        return met)", USE)


def show_what_it_changes(copy):
    copy.insert("tests/rules/test_parameters.py", r"^WITNESSES: .*\n", WITNESS)


def tell_its_value(copy):
    copy.write("docs/rules.md", copy.read("docs/rules.md") + '\n`listed_codes = "meet"`\n')


def write_the_pages(copy):
    assert 0 == copy.run("-m", "docs.generate").returncode


def test_a_parameter_is_added_as_told_and_each_forgotten_step_is_noticed(copy):
    changes = "tests/rules/test_parameters.py"
    steps = [
        Step("rules/terms.py", add_the_field, [changes]),
        Step("rules/library/policies/<id>/<version>/policy.toml", ask_and_answer_it, [changes]),
        Step("rules/criteria/<criterion>.py", use_and_name_it, [changes]),
        Step("tests/rules/test_parameters.py", show_what_it_changes, [changes]),
        Step("docs/rules.md", tell_its_value, ["tests/drift/test_criteria.py"]),
        Step("README.md", write_the_pages, ["tests/docs/test_generated_pages.py"]),
    ]

    assert [step.path for step in steps] == steps_on_the_page("A parameter")
    assert [] == carry_out(copy, steps)
