"""Webhooks out, as Standard Webhooks says: signed with every secret of their topic, sent to the address of the settings only.

The format: webhook-id, webhook-timestamp (seconds) and webhook-signature (`v1,` and base64 of HMAC-SHA256 over
`id.timestamp.body`), several signatures separated by spaces while secrets rotate.
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import orjson

from feel import to_json
from program.connectors import Delivered, Delivery, Failed
from program.posting import Reply, Sender, Unreachable

GONE = 410
SECRET = "whsec_"  # noqa: S105  # the prefix, not a secret
SHORTEST, LONGEST = 24, 64
"""Bytes of a secret, as Standard Webhooks recommends."""


class SecretRefused(ValueError):
    """Expected whsec_ and base64 of 24 to 64 bytes."""


def secret_key(text: str) -> bytes:
    """The key in `whsec_…`. Raises SecretRefused, never quoting it."""
    try:
        key = base64.b64decode(text.removeprefix(SECRET), validate=True)
    except binascii.Error:
        raise SecretRefused from None
    if not text.startswith(SECRET) or not SHORTEST <= len(key) <= LONGEST:
        raise SecretRefused
    return key


def signatures(keys: Sequence[bytes], id_: str, timestamp: int, body: bytes) -> str:
    """The value of webhook-signature: one signature per key, in their order."""
    signed = f"{id_}.{timestamp}.".encode() + body
    made = (base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode() for key in keys)
    return " ".join(f"v1,{one}" for one in made)


@dataclass(frozen=True, slots=True)
class Webhook:
    """The connector of one topic."""

    url: str
    keys: tuple[bytes, ...] = field(repr=False)
    sender: Sender

    def deliver(self, delivery: Delivery) -> Delivered | Failed:
        body = body_of(delivery)
        timestamp = int(delivery.at.timestamp())
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "Ninefold",
            "webhook-id": delivery.id,
            "webhook-timestamp": str(timestamp),
            "webhook-signature": signatures(self.keys, delivery.id, timestamp, body),
        }
        try:
            reply = self.sender.send(self.url, body, headers)
        except Unreachable as error:
            return Failed(error.reason)
        return _outcome(reply, delivery)


def body_of(delivery: Delivery) -> bytes:
    """What is signed and sent: the same bytes at every try."""
    return orjson.dumps(
        {
            "type": delivery.topic,
            "timestamp": delivery.created_at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
            "data": {
                "case_id": delivery.case_id,
                "element": delivery.element,
                "parameters": _plain(delivery.payload),
                "answer_expected": delivery.awaited,
            },
        }
    )


def _outcome(reply: Reply, delivery: Delivery) -> Delivered | Failed:
    if 200 <= reply.status < 300:
        return _answered(reply) if delivery.awaited else Delivered()
    wait = retry_after(reply.retry_after, delivery.at)
    return Failed(f"http_{reply.status}", wait, final=reply.status == GONE)


def _answered(reply: Reply) -> Delivered | Failed:
    """The JSON object of an answer; nothing at all is an empty one. The call was made: it is not repeated for a bad answer."""
    if reply.short:
        return Failed("answer_cut")
    if reply.cut:
        return Failed("answer_too_large", final=True)
    try:
        found = orjson.loads(reply.body) if reply.body.strip() else {}
    except orjson.JSONDecodeError:
        return Failed("answer_no_json", final=True)
    return Delivered(found) if isinstance(found, dict) else Failed("answer_no_object", final=True)


def retry_after(text: str | None, now: datetime) -> timedelta | None:
    """Retry-After as a span: seconds, or an HTTP date; None for anything else."""
    if text is None:
        return None
    if text.isascii() and text.isdecimal() and len(text) <= 9:
        return timedelta(seconds=int(text))
    try:
        until = parsedate_to_datetime(text)
    except ValueError:
        return None
    return max(until.replace(tzinfo=until.tzinfo or UTC) - now, timedelta(0))


def _plain(value: Any) -> Any:  # Any: case data is open by nature
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return to_json(value)
