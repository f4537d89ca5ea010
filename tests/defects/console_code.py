"""Defects in what people are shown and sent."""

from __future__ import annotations

from tests.defects.defect import Defect

LETTERS = "tests/console/letters"

CONSOLE = (
    Defect(
        "a letter that lacks what a notice must hold is sent all the same",
        "console/letters/checklist.py",
        "    if found:\n        raise LetterRefused(",
        "    if not found:\n        raise LetterRefused(",
        "a test",
        f"{LETTERS}/test_letter_contents.py::test_a_denial_whose_reason_has_no_words_is_refused",
    ),
    Defect(
        "an appeal is told to be in time a month too long",
        "console/letters/values.py",
        "timedelta(days=terms.appeal_days)",
        "timedelta(days=terms.appeal_days + 30)",
        "a test",
        f"{LETTERS}/test_letter_contents.py::test_each_letter_tells_all_that_its_notice_must_hold",
    ),
    Defect(
        "a protected diagnosis is named to the provider",
        "console/letters/privacy.py",
        "        return not any(diagnosis.startswith(row.prefix) for row in self._rows)\n",
        "        return not any(diagnosis == row.prefix + '.' for row in self._rows)\n",
        "a test",
        f"{LETTERS}/test_letter_privacy.py::test_a_protected_diagnosis_is_in_no_text",
    ),
    Defect(
        "the words of a reviewer about something protected are printed",
        "console/letters/privacy.py",
        "self._words.search(said) else self.text(said)",
        "self._words.fullmatch(said) else self.text(said)",
        "a test",
        f"{LETTERS}/test_letter_privacy.py::"
        "test_a_reviewers_words_about_something_protected_are_left_out",
    ),
    Defect(
        "a letter is shown of whoever has the claim, not of the member that is named",
        "console/letters/routes.py",
        "Keys(page.settings.prefix), claim_id, member_id)",
        "Keys(page.settings.prefix), claim_id, None)",
        "a test",
        f"{LETTERS}/test_letter_routes.py::test_a_letter_of_another_member_is_refused",
    ),
    Defect(
        "a letter says that a person decided what software decided",
        "console/letters/case.py",
        'bool(case.data["decided_by"] == "person")',
        "True",
        "a test",
        f"{LETTERS}/test_letter_contents.py::test_each_letter_tells_all_that_its_notice_must_hold",
    ),
    Defect(
        "the letters are part of what a worker's generation stands for",
        "rules/loading/folder.py",
        'path.name.startswith(".") or name == LETTERS:',
        'path.name.startswith("."):',
        "a test",
        f"{LETTERS}/test_letter_loading.py::"
        "test_a_fault_in_a_letter_keeps_no_worker_from_its_library",
    ),
)
