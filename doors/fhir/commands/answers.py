"""`adjudicator fhir answers`: writes ClaimResponses to determinations."""

from __future__ import annotations

from pathlib import Path

import click

from doors.answer_folder import AnswerFolder
from doors.consumer_options import consumer_options, say_who_is_away
from doors.fhir.answers import response_to
from worker.consumption import NotADetermination, consume


@click.command("answers")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@consumer_options("fhir")
def command(folder: Path, group: str, consumer: str, idle_seconds: float | None) -> None:
    """
    Write a ClaimResponse for each determination to FOLDER, with requests for what a pend needs.

    Files are named after the id of the determination, appear whole, and are the same however often
    a determination comes. Runs until SIGTERM or Ctrl-C.
    """
    say_who_is_away()
    answers = AnswerFolder(folder)
    try:
        for event in consume(group, consumer=consumer, idle_seconds=idle_seconds):
            answers.put(event.id, {"json": response_to(event)})
    except NotADetermination as error:
        raise click.ClickException(str(error)) from error
