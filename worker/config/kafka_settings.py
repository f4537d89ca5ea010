"""The settings of the bridge to Kafka: environment variables `MRS_KAFKA_…`."""

from __future__ import annotations

from pathlib import Path
from typing import Final, Literal

from pydantic import BaseModel, Field, SecretStr, field_validator

KAFKA_SECRETS: Final = ("kafka_password", "kafka_key_password")

KafkaSecurity = Literal["plaintext", "ssl", "sasl_ssl"]
"""As Kafka names them. A password without TLS is not among them."""

KafkaMechanism = Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"]


class KafkaSettings(BaseModel):
    """Where Kafka is and how to log in; read by `adjudicator bridge kafka` alone."""

    kafka_brokers: str = Field(
        default="localhost:9092",
        min_length=1,
        description="For the bridge: Kafka's brokers, host:port by commas",
    )
    kafka_topic: str = Field(
        default="mrs-events", min_length=1, description="For the bridge: the topic of events"
    )
    kafka_out_topic: str = Field(
        default="mrs-determinations",
        min_length=1,
        description="For the bridge: the topic that determinations go to",
    )
    kafka_group: str = Field(
        default="mrs-adjudicator",
        min_length=1,
        description="For the bridge: its consumer group in Kafka, and with --out that of "
        "determinations in Redis",
    )
    kafka_security: KafkaSecurity = Field(
        default="plaintext", description="For the bridge: plaintext, ssl or sasl_ssl"
    )
    kafka_ca: Path | None = Field(
        default=None,
        description="File with the authorities that may vouch for brokers; the system's unless set",
    )
    kafka_certificate: Path | None = Field(
        default=None, description="File with the bridge's own certificate, if brokers ask for one"
    )
    kafka_key: Path | None = Field(
        default=None, description="File with the private key of MRS_KAFKA_CERTIFICATE"
    )
    kafka_key_password: SecretStr | None = Field(
        default=None, description="Password of MRS_KAFKA_KEY, if it has one"
    )
    kafka_key_password_file: Path | None = Field(
        default=None, description="File that holds MRS_KAFKA_KEY_PASSWORD, in its place"
    )
    kafka_mechanism: KafkaMechanism = Field(
        default="SCRAM-SHA-512",
        description="How the bridge logs in with sasl_ssl: PLAIN, SCRAM-SHA-256 or SCRAM-SHA-512",
    )
    kafka_user: str | None = Field(
        default=None, description="The name with which the bridge logs in to Kafka"
    )
    kafka_password: SecretStr | None = Field(
        default=None, description="The password with which the bridge logs in to Kafka"
    )
    kafka_password_file: Path | None = Field(
        default=None, description="File that holds MRS_KAFKA_PASSWORD, in its place"
    )
    kafka_session_seconds: int = Field(
        default=30,
        ge=1,
        le=300,
        description="So long Kafka keeps the partitions of a bridge that is gone, 1 to 300",
    )
    kafka_door_max: int = Field(
        default=100_000,
        ge=1,
        le=100_000_000,
        description="So many events at the door make the bridge pause, 1 to 100000000",
    )

    @field_validator("kafka_security", mode="before")
    @classmethod
    def _in_small_letters(cls, value: object) -> object:
        return value.strip().lower() if isinstance(value, str) else value

    @field_validator("kafka_mechanism", mode="before")
    @classmethod
    def _in_capitals(cls, value: object) -> object:
        return value.strip().upper() if isinstance(value, str) else value
