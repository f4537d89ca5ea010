"""Reads a secret from the file that a setting names, as orchestrators provide them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from worker.failures import RefusedError

BYTES_MAX: Final = 65_536
"""No address is longer; a larger file was named by mistake."""


class SecretFileRefused(RefusedError):
    """
    The file gives no secret.

    The message names the setting and neither the file's name nor what is in it: whoever sets the
    address itself where its file belongs would find the password in a log.
    """


def with_secrets(given: Mapping[str, Any], names: tuple[str, ...], prefix: str) -> dict[str, Any]:
    """The settings, with the secrets read from the files they name; raises `SecretFileRefused`."""
    settings = dict(given)
    for name in names:
        file = settings.get(f"{name}_file")
        if not file:
            continue
        variable = f"{prefix}{name.upper()}"
        if settings.get(name):
            raise SecretFileRefused(
                f"{variable} and {variable}_FILE are both set: leave one of them out."
            )
        try:
            settings[name] = secret_in(str(file))
        except SecretFileRefused as refused:
            raise SecretFileRefused(f"{variable}_FILE cannot be used: {refused}.") from None
    return settings


def secret_in(path: str) -> str:
    """The one line of a file; raises `SecretFileRefused` with the end of a sentence."""
    try:
        with Path(path).open("rb") as file:
            content = file.read(BYTES_MAX + 1)
    except (OSError, ValueError) as failure:
        why = getattr(failure, "strerror", None) or "its name is none of a file"
        raise SecretFileRefused(f"its file cannot be read ({why})") from None
    if len(content) > BYTES_MAX:
        raise SecretFileRefused(f"its file is longer than {BYTES_MAX:,} bytes")
    try:
        secret = content.decode("utf-8").strip()
    except UnicodeDecodeError:
        raise SecretFileRefused("its file is not UTF-8") from None
    if not secret:
        raise SecretFileRefused("its file is empty")
    if len(secret.splitlines()) > 1:
        raise SecretFileRefused("its file has more than one line")
    return secret
