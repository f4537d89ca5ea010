"""Each alert that does not need days is fired by really causing its fault on a running worker."""

from __future__ import annotations

import pytest

from tests.ops.alert_causes import ALWAYS, BUSINESS, BY_SERIES_ONLY, MACHINE
from tests.ops.fire_alerts import fire_all, names_of, table
from tests.support.programs import needed_program
from tests.support.prometheus import alert_names, all_rules, shorten

SHORTENED = 10
"""Windows and waiting times of the rules are divided by it; nothing else is changed."""


@pytest.mark.timeout(600)
def test_each_alert_fires_when_its_fault_is_caused(tmp_path):
    needed_program("prometheus")

    fired = fire_all(tmp_path, SHORTENED)

    print(table(fired))
    assert {name for cause in (*BUSINESS, *MACHINE) for name in names_of(cause)} == set(fired)
    assert [] == [name for name, seconds in fired.items() if seconds is None]


def test_every_alert_is_fired_here_or_needs_days():
    caused = {alert for cause in (*BUSINESS, *MACHINE) for alert in cause.alerts}

    assert alert_names() == caused | set(BY_SERIES_ONLY) | {ALWAYS}
    assert not caused & set(BY_SERIES_ONLY)


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        pytest.param("for: 5m", "for: 30s", id="waiting_time"),
        pytest.param("rate(x[10m])", "rate(x[60s])", id="window"),
        pytest.param("rate(x[1h]) offset 1w", "rate(x[360s]) offset 1w", id="not_an_offset"),
        pytest.param("for: 2s", "for: 1s", id="never_nothing"),
        pytest.param("mrs_late:rate5m > 0.1", "mrs_late:rate5m > 0.1", id="not_a_name"),
        pytest.param(
            "mrs_queue_oldest_seconds > 300", "mrs_queue_oldest_seconds > 30", id="the_oldest_age"
        ),
    ],
)
def test_what_is_shortened(rules, expected):
    assert expected == shorten(rules, 10)
    assert rules == shorten(rules, 1)


def test_nothing_but_windows_and_waiting_times_and_one_age_is_shortened():
    shipped = "\n".join(str(rule) for rule in all_rules())

    changed = shorten(shipped.replace("'for': '", "'for: "), SHORTENED)

    assert shipped.count("[") == changed.count("[")
    assert "offset 1w" in changed
