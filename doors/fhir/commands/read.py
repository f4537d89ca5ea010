"""`adjudicator fhir read`: turns FHIR resources into events."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import click

from doors.fhir.commands.options import door_terms, plan_option
from doors.fhir.faults import ResourceFault, ResourceRefused
from doors.fhir.files import MESSAGE_BYTES_MAX, FhirMessage, messages_in
from doors.fhir.json_text import resource_in
from doors.fhir.messages import MessageOutcome, ResourceOutcome, outcome_of
from doors.fhir.terms import DoorTerms
from worker.client import send_in_batches
from worker.config.settings import load_settings
from worker.terminal.counts import counted
from worker.terminal.json_lines import in_ascii, json_line

_TOO_LARGE = ResourceFault("", "too-long", f"It is larger than {MESSAGE_BYTES_MAX:,} bytes.")


@click.command("read")
@click.argument(
    "files",
    metavar="FILE...",
    nargs=-1,
    required=True,
    type=click.Path(exists=True, readable=True, allow_dash=True),
)
@click.option("--submit", is_flag=True, help="Send the events to the queue, instead of writing.")
@click.option("--json", "as_json", is_flag=True, help="Write the summary as one JSON object.")
@plan_option
@click.pass_context
def command(
    ctx: click.Context, files: tuple[str, ...], submit: bool, as_json: bool, plan: str | None
) -> None:
    """
    Turn the resources of FILE (a file, a folder, or - for standard input) into events.

    A file holds a resource, a Bundle, or one of them in each line (NDJSON). Claim, Coverage,
    DiagnosticReport and ImagingStudy of FHIR R4 are read. Events go to standard output, one JSON
    object each. What is refused is reported on standard error, one JSON object for each resource
    with every fault, and the exit code is then 1; a summary follows.
    """
    settings, tally = load_settings(), _Tally()
    events = tally.events(messages_in(files), door_terms(settings, plan))
    if submit:
        for sent in send_in_batches(events, settings):
            tally.counts["sent"] += len(sent)
    else:
        out = sys.stdout.buffer
        for event in events:
            out.write(in_ascii(event) + b"\n")
        out.flush()
    click.echo(json_line(tally.as_json()) if as_json else tally.in_words(submit), err=True)
    for note, count in tally.notes.items():
        click.echo(f"{counted(count, 'resource')}: {note}", err=True)
    ctx.exit(1 if tally.counts["refused"] else 0)


class _Tally:
    """What was read, and what became of it."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.unread: Counter[str] = Counter()
        self.notes: Counter[str] = Counter()

    def events(self, messages: Iterable[FhirMessage], terms: DoorTerms) -> Iterator[bytes]:
        """The events of some messages; what is refused is reported as it is found."""
        for message in messages:
            self.counts["messages"] += 1
            try:
                outcome = _outcome_of(message, terms)
            except ResourceRefused as refused:
                self._report(message, "message", refused.faults)
                continue
            self.unread.update(outcome.unread)
            yield from self._told(message, outcome.resources)

    def _told(self, message: FhirMessage, resources: Iterable[ResourceOutcome]) -> Iterator[bytes]:
        for resource in resources:
            self.counts["claims"] += resource.kind == "Claim"
            self.counts["lines"] += resource.lines
            self.notes.update(resource.notes)
            if resource.event is None:
                self._report(message, resource.expression, resource.faults)
            else:
                self.counts["events"] += 1
                yield resource.event

    def _report(self, message: FhirMessage, resource: str, faults: Sequence[ResourceFault]) -> None:
        self.counts["refused"] += 1
        report = {
            "file": message.file,
            "row": message.row,
            "resource": resource,
            "faults": [fault._asdict() for fault in faults],
        }
        click.echo(json_line(report), err=True)

    def as_json(self) -> Mapping[str, Any]:
        names = ("messages", "claims", "lines", "events", "sent", "refused")
        return {**{name: self.counts[name] for name in names}, "unread": dict(self.unread)}

    def in_words(self, submit: bool) -> str:
        events = f"{counted(self.counts['events'], 'event')}"
        if submit:
            events += f", {self.counts['sent']} sent"
        unread = sum(self.unread.values())
        return (
            f"{counted(self.counts['messages'], 'message')} with "
            f"{counted(self.counts['claims'], 'claim')} of "
            f"{counted(self.counts['lines'], 'line')}: {events}, "
            f"{self.counts['refused']} refused, {unread} other resources not read"
        )


def _outcome_of(message: FhirMessage, terms: DoorTerms) -> MessageOutcome:
    if message.raw is None:
        raise ResourceRefused(_TOO_LARGE)
    return outcome_of(resource_in(message.raw), terms)
