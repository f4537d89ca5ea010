"""The settings of the console alone: its logins in Redis, its login proxy, its sessions."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings

from worker.config.redis_url import parse_redis_url

CONSOLE_LOGINS: Final = ("view", "decide", "evidence", "log")
"""What the console does in Redis, each by a login of its own: `console_<login>_url`."""

CONSOLE_SECRETS: Final = (
    *(f"console_{login}_url" for login in CONSOLE_LOGINS),
    "console_proxy_secret",
)


class ConsoleSettings(BaseSettings):
    """What `Settings` holds for the console; without any of it, it runs under `MRS_REDIS_URL`."""

    console_view_url: SecretStr | None = Field(
        default=None,
        description="The same Redis by the login with which the console "
        "reads pages; "
        "MRS_REDIS_URL unless set",
    )
    console_view_url_file: Path | None = Field(
        default=None,
        description="File that holds MRS_CONSOLE_VIEW_URL, in its place",
    )
    console_decide_url: SecretStr | None = Field(
        default=None,
        description="The same Redis by the login with which the console "
        "keeps drafts and sends decisions; "
        "MRS_REDIS_URL unless set",
    )
    console_decide_url_file: Path | None = Field(
        default=None,
        description="File that holds MRS_CONSOLE_DECIDE_URL, in its place",
    )
    console_evidence_url: SecretStr | None = Field(
        default=None,
        description="The same Redis by the login with which the console "
        "sends evidence; "
        "MRS_REDIS_URL unless set",
    )
    console_evidence_url_file: Path | None = Field(
        default=None,
        description="File that holds MRS_CONSOLE_EVIDENCE_URL, in its place",
    )
    console_log_url: SecretStr | None = Field(
        default=None,
        description="The same Redis by the login with which the console "
        "records who saw what; "
        "MRS_REDIS_URL unless set",
    )
    console_log_url_file: Path | None = Field(
        default=None,
        description="File that holds MRS_CONSOLE_LOG_URL, in its place",
    )
    console_proxy_secret: SecretStr | None = Field(
        default=None,
        min_length=32,
        description="Secret by which the console knows its login proxy: the password of its "
        "`Authorization: Basic`, 32 characters or more",
    )
    console_proxy_secret_file: Path | None = Field(
        default=None, description="File that holds MRS_CONSOLE_PROXY_SECRET, in its place"
    )
    console_origin: str | None = Field(
        default=None,
        pattern=r"^https?://[^/\s?#@]+$",
        description="Where browsers see the console behind its login proxy: https://host",
    )
    console_groups: str = Field(
        default="mrs-",
        min_length=1,
        description="Begins the groups of the login that say what a person may: mrs-reviewer, "
        "mrs-senior, mrs-auditor, and mrs-credential-RN for a credential",
    )
    console_idle_minutes: float = Field(
        default=15, ge=1, le=120, description="Unused for so long, a session ends, 1 to 120"
    )
    console_session_hours: float = Field(
        default=8, ge=0.1, le=24, description="After so long each session ends, 0.1 to 24"
    )
    console_views_a_minute: int = Field(
        default=120, ge=1, le=10000, description="Pages that one person may see in a minute"
    )

    @field_validator(*(f"console_{login}_url" for login in CONSOLE_LOGINS))
    @classmethod
    def _is_a_console_address(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            parse_redis_url(value.get_secret_value())
        return value
