"""A metric can be added as ARCHITECTURE.md says, and each forgotten step is noticed."""

from __future__ import annotations

from tests.support.recipes import Step, carry_out, steps_on_the_page

METHOD = '''    def revised_line(self, change: Change) -> None:
        """A line has one more revision."""
        self._counts[REVISIONS, change] += 1

'''
ROW = """    Metric(counters.REVISIONS, "counter", "Revisions of lines, by change.", ("change",)),
"""
QUERY = ' Query("sum(increase(mrs_revisions_total[10m]))", "revisions"),'


def name_it_and_count_it(copy):
    path = "worker/metrics/counters.py"
    copy.insert(path, r'^EVENTS = ".*"\n', 'REVISIONS = "mrs_revisions_total"\n')
    copy.insert(path, r"^(?=    def claim_id_reused\()", METHOD)
    copy.insert(path, r"^from rules.member.member import ", "Change, ")


def count_where_it_happens(copy):
    line = "            tally.revised_line(publication.change)\n"
    copy.insert("worker/intake/commit_builder.py", r"^ +tally\.publication\(publication\)\n", line)


def put_it_into_the_catalogue(copy):
    copy.insert("worker/metrics/catalog.py", r"^COUNTED: Final = \(\n", ROW)


def list_its_labels(copy):
    row = "        counters.REVISIONS: tuple((change,) for change in get_args(Change)),\n"
    copy.insert("worker/metrics/labels.py", r"^(?=        counters\.EVENTS: )", row)


def promise_it(copy):
    row = "| `mrs_revisions_total` | counter; change |\n"
    copy.insert("docs/contract.md", r"^(?=\| `mrs_findings_total`)", row)


def show_it(copy):
    copy.insert("ops/grafana/pipeline_work.py", r'Query\("[^"]+", "fenced"\),', QUERY)


def write_the_dashboards(copy):
    assert 0 == copy.run("-m", "ops.grafana.build").returncode


def test_a_metric_is_added_as_told_and_each_forgotten_step_is_noticed(copy):
    exporter = "tests/worker/metrics/test_exporter.py::"
    fresh = "tests/ops/test_dashboards.py::test_the_file_is_what_the_code_says"
    counted = "tests/drift/test_metrics_are_counted.py"
    shown = "tests/ops/test_rules.py::test_every_metric_is_looked_at_by_a_dashboard_or_an_alert"
    there = f"{exporter}test_every_metric_is_there_from_the_start_with_kind_and_meaning"
    promised = f"{exporter}test_each_metric_of_the_contract_is_exported_with_its_kind_and_labels"
    known = f"{exporter}test_there_are_as_many_metrics_as_the_contract_says_and_a_few_more"
    steps = [
        Step("worker/metrics/counters.py", name_it_and_count_it, [there]),
        Step("worker/intake/commit_builder.py", count_where_it_happens, [counted]),
        Step("worker/metrics/catalog.py", put_it_into_the_catalogue, [promised]),
        Step("worker/metrics/labels.py", list_its_labels, [there]),
        Step("docs/contract.md", promise_it, [known]),
        Step("ops/grafana/<page>.py", show_it, [shown]),
        Step("ops/grafana/dashboards/<page>.json", write_the_dashboards, [fresh]),
    ]

    assert [step.path for step in steps] == steps_on_the_page("A metric")
    assert [] == carry_out(copy, steps)
