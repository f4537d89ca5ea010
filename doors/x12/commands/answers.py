"""`adjudicator x12 answers`: writes X12 answers to determinations."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path

import click

from doors.answer_folder import AnswerFolder
from doors.consumer_options import consumer_options, say_who_is_away
from doors.x12.answers import answers_to
from doors.x12.decided_lines import decided_lines
from doors.x12.payer import Payer, PayerFileRefused, payer_of
from doors.x12.submitted_claims import submitted_claims
from worker.consumption import NotADetermination, consume
from worker.contract.determination import DeterminedEvent

DECIDED = ".decided.sqlite"
"""What was answered already, in the folder of the answers."""

_ID_SHOWN = 18


@click.command("answers")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--claims",
    type=click.Path(dir_okay=False, exists=True, path_type=Path),
    help="The file in which `x12 read --claims` keeps what the claims' files said.",
)
@click.option(
    "--payer",
    type=click.Path(dir_okay=False, exists=True, path_type=Path),
    help="A TOML file that names the payer; without it no 835 is written.",
)
@consumer_options("x12")
def command(
    folder: Path,
    claims: Path | None,
    payer: Path | None,
    group: str,
    consumer: str,
    idle_seconds: float | None,
) -> None:
    """
    Write the answers to determinations to FOLDER, as X12.

    For each determination there is a status (277), and the codes that pricing takes over
    (adjustments.json). A pended line that waits for documents gets a request for them (277), and a
    claim gets a remittance (835) once each of its lines is denied. Files are named after the id of
    the determination, appear whole, and are the same however often a determination comes.
    """
    who = _payer_in(payer) if payer else None
    say_who_is_away()
    try:
        _answer_all(
            AnswerFolder(folder),
            claims,
            who,
            consume(group, consumer=consumer, idle_seconds=idle_seconds),
        )
    except NotADetermination as error:
        raise click.ClickException(str(error)) from error


def _payer_in(path: Path) -> Payer:
    try:
        return payer_of(path)
    except PayerFileRefused as error:
        raise click.BadParameter(str(error), param_hint="--payer") from error


def _answer_all(
    folder: AnswerFolder,
    claims: Path | None,
    payer: Payer | None,
    events: Iterable[DeterminedEvent],
) -> None:
    with ExitStack() as stack:
        decided = stack.enter_context(decided_lines(folder.path / DECIDED))
        known = stack.enter_context(submitted_claims(claims)) if claims else None
        for event in events:
            data = event.data
            claim = known.origin_of(data.member_id, data.claim_id) if known else None
            answers = answers_to(event, claim, decided.note(event), payer)
            folder.put(event.id, answers.files)
            for remark in answers.remarks:
                click.echo(f"{event.id[:_ID_SHOWN]}: {remark}", err=True)
