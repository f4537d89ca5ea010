"""`adjudicator x12 read`: turns 837 files into events."""

from __future__ import annotations

from pathlib import Path
from typing import IO

import click

from doors.x12.answer_files import write_answers
from doors.x12.commands.options import claims_option, reading_options
from doors.x12.files import read_file
from doors.x12.inputs import files_in, opened
from doors.x12.kept_claims import keep_claims
from doors.x12.reading import FileReading
from doors.x12.report import counts_of, is_clean, rejections_of, sentences_of
from doors.x12.terms import ReadingTerms
from worker.client import send_in_batches
from worker.config.settings import load_settings
from worker.terminal.json_lines import in_ascii, json_line


@click.command("read")
@click.argument(
    "files", metavar="FILE...", nargs=-1, required=True, type=click.Path(True, allow_dash=True)
)
@click.option("--submit", is_flag=True, help="Send the events to the queue, and print none.")
@click.option(
    "--acknowledge",
    metavar="FOLDER",
    type=click.Path(file_okay=False, path_type=Path),
    help="Write the acknowledgements (TA1, 999, 277CA) of each file into this folder.",
)
@claims_option
@reading_options
def command(
    files: tuple[str, ...],
    submit: bool,
    acknowledge: Path | None,
    claims: Path | None,
    terms: ReadingTerms,
) -> None:
    """
    Turn the claims of FILE (a file, a folder, or - for standard input) into events.

    The events are printed, one per line, or sent to the queue with --submit. On standard error
    stand a JSON object for each claim that is rejected, with every reason, and a sentence on each
    file. The exit code is 1 if anything was rejected or could not be read.

    Nothing of a rejected transaction set is printed or sent. The same file gives the same events
    with the same ids, so sending it twice has one effect.
    """
    all_clean = True
    for path in files_in(files):
        with opened(path) as source, read_file(source, Path(path).name, terms) as reading:
            counts = counts_of(reading)
            for rejection in rejections_of(reading):
                click.echo(json_line(rejection), err=True)
            if claims is not None:
                keep_claims(claims, reading)
            _hand_on(reading, submit=submit)
            if acknowledge is not None:
                _acknowledge(reading, source, terms, acknowledge)
            for sentence in sentences_of(reading, counts):
                click.echo(sentence, err=True)
            all_clean &= is_clean(reading, counts)
    click.get_current_context().exit(0 if all_clean else 1)


def _hand_on(reading: FileReading, *, submit: bool) -> None:
    if submit:
        for _ in send_in_batches(reading.events(), load_settings()):
            pass
        return
    for event in reading.events():
        click.echo(in_ascii(event))


def _acknowledge(
    reading: FileReading, source: IO[bytes], terms: ReadingTerms, folder: Path
) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    write_answers(reading, source, terms.encoding, folder)
