"""Defects in the walk of several policies together: whose window, whose terms, who came first."""

from __future__ import annotations

from tests.defects.defect import Defect

_TIMELINE = "rules/exclusivity/timeline.py"
_VIEW_WALK = "rules/exclusivity/view_walk.py"
_VIEW = "rules/history/policy_view.py"
_TESTS = "tests/rules/exclusivity/test_joint_walk.py::"

JOINT_WALK = (
    Defect(
        "joint walk: the studies of the first policy alone",
        _TIMELINE,
        "for_lines=for_lines)) for view in history.views]",
        "for_lines=for_lines)) for view in history.views[:1]]",
        "an example",
        "example-brain-pet: two plans: a spectroscopy that 6.01.03 approved stands against the PET",
    ),
    Defect(
        "joint walk: what the first policy finds taken for what the line's own does",
        _TIMELINE,
        "    of_policy = findings.get(line.policy_id)\n",
        "    of_policy = next(iter(findings.values()), None)\n",
        "a test",
        _TESTS + "test_what_becomes_of_a_spectroscopy_after_a_pet_is_for_its_own_policy_to_say",
    ),
    Defect(
        "joint walk: each policy walks the studies as the first one sees them",
        _TIMELINE,
        "_studies(view, history.since, for_lines=for_lines)",
        "_studies(history.views[0], history.since, for_lines=for_lines)",
        "a test",
        _TESTS + "test_a_pet_looks_back_as_far_as_its_own_policy_says",
    ),
    Defect(
        "joint walk: the longest window of any policy for all",
        _VIEW_WALK,
        "days_before(study.on, terms.window_days)",
        "days_before(study.on, 90)",
        "a test",
        _TESTS + "test_a_pet_looks_back_as_far_as_its_own_policy_says",
    ),
    Defect(
        "joint walk: a line judged by what the first policy finds",
        _VIEW_WALK,
        "        findings = self.findings[line.policy_id]\n",
        "        findings = next(iter(self.findings.values()))\n",
        "a test",
        _TESTS + "test_a_study_stands_as_its_own_policy_decided_it_whatever_the_other_would_say",
    ),
    Defect(
        "joint walk: the last line says how firmly a study stands, not the best",
        _VIEW_WALK,
        'elif outcome == "pended" and best is Strength.NO:',
        'elif outcome == "pended":',
        "a test",
        _TESTS + "test_of_several_lines_of_a_study_the_best_says_how_firmly_it_stands",
    ),
    Defect(
        "joint walk: lines of another policy do not say how firmly a study stands",
        _VIEW_WALK,
        "        if not study.lines:\n            return _BY",
        "        if not any(line.policy is self.view.policy for line in study.lines):\n   "
        "         return _BY",
        "a test",
        _TESTS + "test_a_study_that_its_own_policy_denied_stands_against_nothing",
    ),
    Defect(
        "joint walk: what is not paid is decided before what is",
        _TIMELINE,
        "        first = self._decide_equals(paid, [[] for _ in today])\n        then = "
        "self._decide_equals(unpaid, first)\n",
        "        first = self._decide_equals(unpaid, [[] for _ in today])\n        then = "
        "self._decide_equals(paid, first)\n",
        "a test",
        _TESTS + "test_on_one_day_what_is_paid_came_first_whichever_policy_looks",
    ),
    Defect(
        "joint walk: of one day all came first",
        _TIMELINE,
        "                Strength.MAYBE,\n            )",
        "            )",
        "a test",
        _TESTS + "test_on_one_day_of_which_nothing_is_paid_neither_policy_knows_what_came_first",
    ),
    Defect(
        "joint walk: two policies keep one strength of a study",
        _VIEW,
        'return (f"{self._prefix}{key[0]}", key[1]) if self._prefix else key',
        "return key",
        "a test",
        _TESTS + "test_a_study_of_reports_alone_stands_as_each_policy_would_decide_it",
    ),
    Defect(
        "joint walk: what only the last policy makes of a study is kept",
        _TIMELINE,
        "            kept.update(each.kept)\n",
        "            kept = dict(each.kept)\n",
        "a test",
        _TESTS + "test_a_study_of_reports_alone_stands_as_each_policy_would_decide_it",
    ),
    Defect(
        "joint walk: days that stand as they were decided are not looked back at",
        _VIEW_WALK,
        "if first >= since or since == date.min:",
        "if first < since or since == date.min:",
        "a test",
        _TESTS + "test_a_pet_looks_back_as_far_as_its_own_policy_says",
    ),
    Defect(
        "joint walk: it looks back as far as another policy does",
        _VIEW_WALK,
        "horizon = days_before(since, view.policy.longest_exclusivity_days)",
        "horizon = days_before(since, view.library.policies[-1].longest_exclusivity_days)",
        "a test",
        _TESTS + "test_a_pet_looks_back_as_far_as_its_own_policy_says",
    ),
    Defect(
        "joint walk: a treatment that another policy decides begins no episode",
        "rules/history/treatments.py",
        "    if kind is None:\n        return None\n",
        "    if kind is not None:\n        return None\n",
        "a test",
        "tests/rules/test_two_policies.py::test_a_treatment_under_one_plan_begins_a_new_e"
        "pisode_under_the_other",
    ),
    Defect(
        "joint walk: a claim stands alone where it does for the first policy",
        "rules/member/alone.py",
        "for line in lines for view in history.views)",
        "for line in lines for view in history.views[:1])",
        "a test",
        _TESTS + "test_a_claim_that_comes_late_counts_for_the_policy_that_counts_it",
    ),
    Defect(
        "joint walk: the first day of a version is one of the last as well",
        "rules/policy_version.py",
        "version.effective_to is None or on < version.effective_to",
        "version.effective_to is None or on <= version.effective_to",
        "a test",
        "tests/rules/criteria/test_policy_in_force.py::test_of_two_versions_the_one_of_th"
        "e_day_rules",
    ),
)
