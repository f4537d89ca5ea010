"""A made-up hour of a week ago, so that there is something to hold the present hour against."""

from __future__ import annotations

from collections.abc import Iterator

WEEK = 7 * 24 * 3600
HOUR = 3600
STEP = 60

DENIALS = {
    ("PET_EXCLUSIVE", "commercial"): 14.0,
    ("CONVENTIONAL_IMAGING_ABSENT", "medicaid"): 9.0,
    ("INVESTIGATIONAL_SERVICE", "medicare"): 7.0,
}
DECISIONS = 150.0
INSTALLATION = 'job="mrs-exporter",installation="mrs"'


def week_before(now: float) -> Iterator[str]:
    """Lines of OpenMetrics: what was recorded from an hour before to an hour after, a week ago."""
    times = range(int(now) - WEEK - HOUR, int(now) - WEEK + HOUR, STEP)
    yield "# TYPE mrs:denials:increase1h gauge"
    for (reason, line_of_business), count in DENIALS.items():
        labels = (
            f'reason="{reason}",line_of_business="{line_of_business}",policy_version="2025-03-17",'
            f"{INSTALLATION}"
        )
        for at in times:
            yield f"mrs:denials:increase1h{{{labels}}} {count} {at}"
    yield "# TYPE mrs:decisions:increase1h gauge"
    for at in times:
        yield f"mrs:decisions:increase1h{{{INSTALLATION}}} {DECISIONS} {at}"
