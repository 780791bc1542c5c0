"""All settings of the program: one frozen class, read once, refused at start when wrong. docs/operations/settings.md explains each."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from program.scripting import is_installed

PROFILES = ("sample", "production")
PREFIX = "NINEFOLD_"


class SettingsRefused(Exception):
    """A setting is missing or wrong; the message names it."""


@dataclass(frozen=True, slots=True)
class Settings:
    """`home` holds the embedded database, the keys and backups; `database_url` is SQLite there unless set."""

    profile: str
    home: Path
    database_url: str
    host: str = "127.0.0.1"
    port: int = 8000
    zone: str = "America/New_York"
    threads: int = 8
    synchronous: str = "FULL"
    message_days: int = 7
    webhooks: Path | None = None
    webhooks_private: bool = False
    scripting: str = "off"

    @property
    def embedded(self) -> Path | None:
        """The file of the embedded database; None on PostgreSQL."""
        prefix = "sqlite:///"
        return Path(self.database_url.removeprefix(prefix)) if self.database_url.startswith(prefix) else None


MEANING = {
    "profile": "sample (one sign-in per sample person, loopback only, time machine) or production; there is no default",
    "home": "folder of the embedded database, keys (mode 0600) and backups",
    "database_url": "sqlite:///file or postgresql+psycopg://…; the embedded database in the home folder when empty",
    "host": "address to listen on; the sample profile refuses all but loopback",
    "port": "port to listen on",
    "zone": "the organisation's time zone: business days, calling hours, times without an offset in feeds",
    "threads": "threads of the HTTP server",
    "synchronous": "SQLite's synchronous pragma: FULL survives power loss, NORMAL only a killed process",
    "message_days": "days that a message is kept for a case that does not wait for it yet",
    "webhooks": "file of the webhooks (mode 0600): topic, address, secrets; none when empty",
    "webhooks_private": "yes lets webhooks go to private addresses: this machine, the local network",
    "scripting": "off, or monty: script tasks in Python run in processes of their own (needs the extra [scripting])",
}


def read_settings(environment: Mapping[str, str], *, profile: str | None = None) -> Settings:
    """Settings from NINEFOLD_… variables. Raises SettingsRefused with the name of the first wrong one.

    `profile` stands in where NINEFOLD_PROFILE is not set, for commands that serve nobody.
    """
    chosen = environment.get(f"{PREFIX}PROFILE") or profile
    if chosen not in PROFILES:
        raise SettingsRefused(
            f"Expected NINEFOLD_PROFILE to be one of {' and '.join(PROFILES)}, but it is {chosen or 'not set'}"
        )
    home = Path(environment.get(f"{PREFIX}HOME") or "var").absolute()
    host = environment.get(f"{PREFIX}HOST") or "127.0.0.1"
    if chosen == "sample" and host not in {"127.0.0.1", "::1", "localhost"}:
        raise SettingsRefused(
            "Expected NINEFOLD_HOST to be loopback: the sample profile signs people in without a password"
        )
    if chosen == "production":
        raise SettingsRefused(
            "Expected NINEFOLD_PROFILE=sample: accounts do not exist yet, so the production profile does not start"
        )
    synchronous = (environment.get(f"{PREFIX}SYNCHRONOUS") or "FULL").upper()
    if synchronous not in {"FULL", "NORMAL"}:
        raise SettingsRefused("Expected NINEFOLD_SYNCHRONOUS to be FULL or NORMAL")
    return Settings(
        profile=chosen,
        home=home,
        database_url=environment.get(f"{PREFIX}DATABASE_URL") or f"sqlite:///{home / 'ninefold.db'}",
        host=host,
        port=_number(environment, "PORT", 8000, 1, 65535),
        zone=_zone(environment.get(f"{PREFIX}ZONE") or "America/New_York"),
        threads=_number(environment, "THREADS", 8, 1, 64),
        synchronous=synchronous,
        message_days=_number(environment, "MESSAGE_DAYS", 7, 1, 365),
        webhooks=Path(named).absolute() if (named := environment.get(f"{PREFIX}WEBHOOKS")) else None,
        webhooks_private=_yes(environment, "WEBHOOKS_PRIVATE"),
        scripting=_scripting(environment),
    )


def _number(environment: Mapping[str, str], name: str, default: int, low: int, high: int) -> int:
    text = environment.get(PREFIX + name)
    if not text:
        return default
    if not text.isdecimal() or not low <= int(text) <= high:
        raise SettingsRefused(f"Expected {PREFIX}{name} to be a whole number from {low} to {high}")
    return int(text)


def _yes(environment: Mapping[str, str], name: str) -> bool:
    text = environment.get(PREFIX + name) or "no"
    if text not in {"yes", "no"}:
        raise SettingsRefused(f"Expected {PREFIX}{name} to be yes or no")
    return text == "yes"


def _scripting(environment: Mapping[str, str]) -> str:
    """Nothing switches on Python in this process: there is no such value."""
    text = environment.get(f"{PREFIX}SCRIPTING") or "off"
    if text not in {"off", "monty"}:
        raise SettingsRefused(f"Expected {PREFIX}SCRIPTING to be off or monty")
    if text == "monty" and not is_installed():
        raise SettingsRefused(f"Expected the extra [scripting] to be installed, since {PREFIX}SCRIPTING is monty")
    return text


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        raise SettingsRefused(f"Expected {PREFIX}ZONE to be a time zone such as America/New_York") from None
    return name


def names() -> tuple[str, ...]:
    """The settings in their order, as environment variables."""
    return tuple(PREFIX + field.name.upper() for field in fields(Settings))
