"""The settings of an installation: environment variables `MRS_…`, or `.env` for development."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from importlib.util import find_spec
from itertools import chain
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self, get_args

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import SettingsConfigDict

from worker.config.console_settings import CONSOLE_SECRETS, ConsoleSettings
from worker.config.kafka_settings import KAFKA_SECRETS, KafkaSettings
from worker.config.redis_url import masked_url, parse_redis_url
from worker.config.secret_files import with_secrets
from worker.config.setting_faults import fault_of
from worker.config.setting_names import (
    PREFIX,
    faults_of_environment,
    faults_of_file,
)
from worker.failures import RefusedError, Risk

SECRETS: Final = ("redis_url", "broker_url", *CONSOLE_SECRETS, *KAFKA_SECRETS)
"""Settings that can also be read from a file, named by `<name>_file`."""

_RISK: Final = "(eviction|persistence|replica)"

LogFormat = Literal["json", "console"]
TracesTarget = Literal["off", "otlp"]
LogLevel = Literal["debug", "info", "warning", "error"]
Port = Annotated[int, Field(ge=0, le=65535)]


class SettingsRefused(RefusedError):
    """Some settings are invalid; the message names each and what to do, but never a value."""

    def __init__(self, faults: Sequence[str], names: Iterable[str] = ()) -> None:
        self.faults = tuple(faults)
        """A sentence or two on each."""
        self.names = frozenset(names)
        """The fields of `Settings` whose values are invalid."""
        super().__init__("\n".join(faults))


def default_state_folder() -> Path:
    """This user's own folder for small files; it may not outlive a reboot."""
    runtime = os.environ.get("XDG_RUNTIME_DIR")
    if runtime and Path(runtime).is_dir():
        return Path(runtime) / "mrs-adjudicator"
    return Path(tempfile.gettempdir()) / f"mrs-adjudicator-{os.getuid()}"


class Settings(ConsoleSettings, KafkaSettings):
    """The settings of one process, validated and frozen; addresses are secrets (passwords)."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_file=".env",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
    )

    redis_url: SecretStr = Field(
        default=SecretStr("redis://localhost:6379/0"),
        description="The Redis that holds queue, records and determinations: redis://, rediss://, "
        "unix://, sentinel://host:port,host:port/service or redis+cluster://host:port,host:port",
    )
    broker_url: SecretStr = Field(
        default_factory=lambda settings: settings["redis_url"],
        description="The Redis that carries Celery's dispatches; MRS_REDIS_URL unless set",
    )
    redis_url_file: Path | None = Field(
        default=None,
        description="File that holds MRS_REDIS_URL, in its place: for secrets that are mounted",
    )
    broker_url_file: Path | None = Field(
        default=None,
        description="File that holds MRS_BROKER_URL, in its place: for secrets that are mounted",
    )
    prefix: str = Field(
        default="mrs",
        pattern=r"^[A-Za-z0-9_.:{}-]{1,64}$",
        description="Begins every key of this installation: 1 to 64 letters, digits or _.:{}-",
    )
    lanes: int = Field(
        default=16, ge=1, le=100, description="Number of lanes, 1 to 100; changed on an empty queue"
    )
    library: Path | None = Field(
        default=None, description="Folder of the rule library; the shipped one unless set"
    )
    plans: Path | None = Field(
        default=None, description="Folder of plan files; those of the library unless set"
    )
    shards: int = Field(
        default=1,
        ge=1,
        le=1024,
        description="Number of shards, 1 to 1024, many more than nodes; each has the prefix "
        "{prefix-number}; it cannot be changed later",
    )
    wait_replicas: int = Field(
        default=0,
        ge=0,
        le=5,
        description="Replicas that must have an event before it counts as sent, and a commit before"
        " a lane goes on, 0 to 5",
    )
    max_attempts: int = Field(
        default=3, ge=1, le=100, description="Trials of an event before it is set aside, 1 to 100"
    )
    lease_seconds: float = Field(
        default=10, ge=0.5, le=600, description="How long a worker holds a lane unseen, 0.5 to 600"
    )
    memory_high: float = Field(
        default=0.85, gt=0, le=1, description="Share of maxmemory at which work stops, up to 1"
    )
    accept_risks: str = Field(
        default="",
        pattern=rf"^ *({_RISK} *(, *{_RISK} *)*)?$",
        description="Risks of Redis with which workers decide all the same, by commas: eviction, "
        "persistence, replica; none unless set",
    )
    exporter_port: Port = Field(
        default=9808, description="Port of the exporter, 0 to 65535; 0 picks one"
    )
    metrics_port: Port = Field(
        default=0, description="Port of the worker's own metrics, 0 to 65535; 0 is off"
    )
    metrics_host: str = Field(
        default="127.0.0.1",
        min_length=1,
        description="Address on which the worker's own metrics are shown; 0.0.0.0 is all",
    )
    workers_wanted: int = Field(
        default=0,
        ge=0,
        le=1000,
        description="For the exporter: workers that there should be at least, 0 to 1000; with fewer"
        " an alert fires, 0 is off",
    )
    log_format: LogFormat = Field(default="json", description="json or console")
    log_level: LogLevel = Field(default="info", description="debug, info, warning or error")
    traces: TracesTarget = Field(
        default="off",
        description="off, or otlp: spans for OpenTelemetry, which needs the extra otel; where they "
        "go, its own OTEL_ variables say",
    )
    member_salt: SecretStr | None = Field(
        default=None,
        description="Secret that ids of dependents without their own are hashed with when claims "
        "come as files of others; another one makes other ids",
    )
    state_dir: Path = Field(
        default_factory=default_state_folder,
        description="Folder of the files `alive` and `ready`, and of which installation is here; "
        "one of the user's own unless set, which may not outlive a reboot",
    )

    @property
    def accepted_risks(self) -> frozenset[Risk]:
        """`accept_risks` as a set."""
        words = {word.strip() for word in self.accept_risks.split(",")}
        return frozenset(risk for risk in get_args(Risk) if risk in words)

    @property
    def masked_redis_url(self) -> str:
        """`redis_url` for display."""
        return masked_url(self.redis_url.get_secret_value())

    @property
    def masked_broker_url(self) -> str:
        """`broker_url` for display."""
        return masked_url(self.broker_url.get_secret_value())

    @model_validator(mode="before")
    @classmethod
    def _from_files(cls, given: Any) -> Any:  # noqa: ANN401  # pydantic's own
        return with_secrets(given, SECRETS, PREFIX) if isinstance(given, dict) else given

    @field_validator("redis_url", "broker_url")
    @classmethod
    def _is_an_address(cls, value: SecretStr) -> SecretStr:
        parse_redis_url(value.get_secret_value())
        return value

    @model_validator(mode="after")
    def _shards_have_tags(self) -> Self:
        if self.shards > 1 and "{" in self.prefix:
            raise ValueError(
                "MRS_PREFIX cannot have braces where MRS_SHARDS is above 1: each shard has "
                "braces of its own."
            )
        if parse_redis_url(self.broker_url.get_secret_value()).is_cluster:
            raise ValueError(
                "MRS_BROKER_URL cannot be a cluster, which Celery does not know. Name a plain "
                "Redis or Sentinels: it carries dispatches, which may be lost, and no claim."
            )
        return self

    @field_validator("traces")
    @classmethod
    def _needs_its_extra(cls, value: TracesTarget) -> TracesTarget:
        if value == "otlp" and not _has_extra_otel():
            raise ValueError("otlp needs the extra: pip install 'mrs-adjudicator[otel]'")
        return value

    @field_validator("log_format", "log_level", "traces", mode="before")
    @classmethod
    def _in_any_case(cls, value: object) -> object:
        return value.strip().lower() if isinstance(value, str) else value


def _has_extra_otel() -> bool:
    with suppress(ModuleNotFoundError):  # of the package around it
        return find_spec("opentelemetry.sdk") is not None
    return False


def load_settings(**changes: object) -> Settings:
    """The settings from the environment, overridden by `changes`; raises `SettingsRefused`."""
    must_be_settings()
    return settings_read(**changes)


def must_be_settings() -> None:
    """
    Raises `SettingsRefused` for names that are no settings, and for a `.env` that cannot be read.

    Every command asks this first, whether it needs settings or not.
    """
    known = {f"{PREFIX}{name.upper()}" for name in Settings.model_fields}
    faults = list(faults_of_environment(os.environ, known))
    file = Settings.model_config.get("env_file")
    if isinstance(file, str):
        faults += faults_of_file(Path(file).absolute(), known)
    if faults:
        raise SettingsRefused(faults)


def settings_read(**changes: object) -> Settings:
    """`load_settings`, whatever other names there are: for who reports those on their own."""
    # An address that is given here overrides one in a file.
    instead = {f"{name}_file": None for name in SECRETS if name in changes}
    try:
        settings = Settings(**(instead | changes))  # type: ignore[arg-type]  # pydantic checks them
    except ValidationError as refused:
        errors = refused.errors(include_url=False)
    else:
        if "redis_url" not in settings.model_fields_set and "MRS_REDIS_URL" in os.environ:
            raise SettingsRefused(_EMPTY, ["redis_url"])
        return settings
    # Raised outside the handler, so that pydantic's error, which holds the values, is not chained.
    faults = [
        fault for fault in (fault_of(error, Settings.model_fields) for error in errors) if fault
    ]
    # A file that gives no secret is reported without a place: it may be that of either address.
    places = (error["loc"][:1] or SECRETS for error in errors)
    raise SettingsRefused(faults, map(str, chain.from_iterable(places)))


def defaults_of(names: Collection[str]) -> dict[str, object]:
    """What to read in place of settings that were refused, to look at the others."""
    defaults: dict[str, object] = {
        name: Settings.model_fields[name].get_default(call_default_factory=True, validated_data={})
        for name in names
        if name != "broker_url"
    }
    if "broker_url" in names:
        defaults["broker_url"] = Settings.model_fields["redis_url"].default
    return defaults


_EMPTY: Final = ("MRS_REDIS_URL is set, but empty. Write an address, or take the variable out.",)
