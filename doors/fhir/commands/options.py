"""Options that the commands of this door share."""

from __future__ import annotations

import click

from doors.fhir.terms import SALT_BYTES_MAX, UNMAPPED_PLAN, UNSALTED, DoorTerms
from rules.loading.payers import load_payers
from worker.commands.options import Decorated, library_folders
from worker.config.settings import Settings


def plan_option(command: Decorated) -> Decorated:
    """Adds `--plan`."""
    option = click.option(
        "--plan", metavar="PLAN", help="The plan of every payer that payers.csv does not name."
    )
    return option(command)


def door_terms(settings: Settings, plan: str | None) -> DoorTerms:
    """By what resources are read; raises `LibraryRefused`."""
    told = settings.member_salt
    salt = UNSALTED if told is None else told.get_secret_value().encode() or UNSALTED
    return DoorTerms(
        plans=load_payers(*library_folders(None, None)).plan_ids,
        salt=salt[:SALT_BYTES_MAX],
        otherwise=plan or UNMAPPED_PLAN,
    )
