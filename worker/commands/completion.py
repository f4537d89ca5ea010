"""What a shell offers to complete: names that the library in use has."""

from __future__ import annotations

from collections.abc import Iterable

import click
from click.shell_completion import CompletionItem

from rules.library_model import Library
from rules.loading.faults import LibraryRefused
from rules.loading.files import read_policy
from rules.policy.document import PolicyDocument
from rules.policy.reading import in_words
from worker.commands.options import chosen_library, library_folders
from worker.config.settings import SettingsRefused


def complete_reasons(
    ctx: click.Context, parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Offers the reasons of the library, each with its label."""
    del ctx, parameter
    library = _library()
    reasons = library.reasons.items() if library else ()
    return _beginning({code: reason.label for code, reason in reasons}.items(), incomplete)


def complete_services(
    ctx: click.Context, parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Offers what the policies of the library call procedures."""
    del ctx, parameter
    library = _library()
    return _beginning(((each, "") for each in (library.services if library else ())), incomplete)


def complete_policies(
    ctx: click.Context, parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Offers the policies of the library."""
    del ctx, parameter
    library = _library()
    policies = library.policies if library else ()
    return _beginning(((policy.policy_id, "") for policy in policies), incomplete)


def complete_plans(
    ctx: click.Context, parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Offers the plans of the library, each with its line of business."""
    del ctx, parameter
    library = _library()
    plans = library.plans.items() if library else ()
    return _beginning({name: plan.line_of_business for name, plan in plans}.items(), incomplete)


def complete_versions(
    ctx: click.Context, parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Offers the versions of the policy."""
    del ctx, parameter
    return _beginning(((each.version, "") for each in _documents()), incomplete)


def complete_sweep(
    ctx: click.Context, parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Offers the parameters of the latest versions; after `name=`, the answers that are listed."""
    del parameter
    policy = ctx.params.get("policy")
    parameters = {
        each.name: each
        for document in _documents()
        if policy in (None, document.policy_id)
        for each in document.parameters
    }
    name, equals, values = incomplete.partition("=")
    if not equals:
        return _beginning(((f"{key}=", each.question) for key, each in parameters.items()), name)
    if name not in parameters:
        return []
    before, comma, last = values.rpartition(",")
    answers = (parameters[name].value, *parameters[name].other_answers)
    offered = {in_words(value): "" for value in answers}
    begin = f"{name}={before}{comma}"
    return _beginning(((f"{begin}{value}", "") for value in offered), f"{begin}{last}")


def complete_orders(
    ctx: click.Context, parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Offers the orders of arrival, one after another with commas between."""
    # Imported when asked for: few commands need it.
    from worker.replay.scenarios import ARRIVAL_ORDERS  # noqa: PLC0415  # as the line above says

    del ctx, parameter
    before, comma, _ = incomplete.rpartition(",")
    typed = set(before.split(","))
    return _beginning(
        ((f"{before}{comma}{order}", "") for order in ARRIVAL_ORDERS if order not in typed),
        incomplete,
    )


def _beginning(offered: Iterable[tuple[str, str]], incomplete: str) -> list[CompletionItem]:
    return [
        CompletionItem(value, help=about or None)
        for value, about in offered
        if value.startswith(incomplete)
    ]


def _library() -> Library | None:
    """The library in use; none where it is refused, because a shell shows no message."""
    try:
        return chosen_library(None, None)
    except (LibraryRefused, SettingsRefused, OSError):
        return None


def _documents() -> tuple[PolicyDocument, ...]:
    try:
        return read_policy(library_folders(None, None)[0])
    except (LibraryRefused, SettingsRefused, OSError):
        return ()
