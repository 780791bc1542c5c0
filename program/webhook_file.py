"""The file of webhooks that NINEFOLD_WEBHOOKS names: topic -> address and secrets. Read once; refused by topic, never quoting a secret."""

import json
import stat
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, urlsplit

from program.posting import PORTS, Sender
from program.settings import Settings, SettingsRefused
from program.webhooks import SecretRefused, Webhook, secret_key

MEMBERS = {"url", "secrets"}


def read_webhooks(settings: Settings) -> dict[str, Webhook]:
    """The webhook of each topic; none without a file. Raises SettingsRefused."""
    path = settings.webhooks
    if path is None:
        return {}
    sender = Sender(private=settings.webhooks_private)
    return {topic: _webhook(topic, given, sender) for topic, given in _given(path).items()}


def _given(path: Path) -> dict[str, Any]:
    try:
        mode, text = path.stat().st_mode, path.read_text(encoding="utf-8")
    except (OSError, UnicodeError):
        raise SettingsRefused(
            f"Expected NINEFOLD_WEBHOOKS to name a file of webhooks, but {path} cannot be read"
        ) from None
    if stat.S_IMODE(mode) & 0o077:
        raise SettingsRefused(f"Expected {path} to be readable by its owner alone (mode 0600): it holds secrets")
    try:
        found = json.loads(text)
    except json.JSONDecodeError as error:
        raise SettingsRefused(f"Expected JSON in {path}, but line {error.lineno} is none") from None
    if not isinstance(found, dict):
        raise SettingsRefused(f"Expected {path} to map topics to webhooks")
    return found


def _webhook(topic: str, given: Any, sender: Sender) -> Webhook:
    if not isinstance(given, dict) or given.keys() != MEMBERS or not _is_texts(given["secrets"]):
        raise SettingsRefused(
            f"Expected the webhook of '{topic}' to have a url and a list of secrets, and nothing else"
        )
    if not isinstance(given["url"], str) or not _is_address(given["url"]):
        raise SettingsRefused(
            f"Expected the webhook of '{topic}' to have an http(s) address without a name and password in it"
        )
    try:
        keys = tuple(secret_key(text) for text in given["secrets"])
    except SecretRefused:
        raise SettingsRefused(
            f"Expected the secrets of the webhook of '{topic}' to be whsec_ and base64 of 24 to 64 bytes"
        ) from None
    return Webhook(given["url"], keys, sender)


def _is_texts(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(item, str) for item in value)


def _is_address(url: str) -> bool:
    if not url.isascii() or not url.isprintable() or " " in url:
        return False
    try:
        parts = urlsplit(url)
        return parts.scheme in PORTS and bool(parts.hostname) and _has_no_user(parts) and parts.port != 0
    except ValueError:
        return False


def _has_no_user(parts: SplitResult) -> bool:
    return parts.username is None and parts.password is None
