"""Connectors: what makes the calls of the outbox. A port, topic -> connector; the relay of the worker drives it."""

import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol

ODDS = 40
"""One letter in so many comes back in the sample."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One call: `id` is the same at every try, `at` the instant of this one, `error` what the last one said."""

    id: str
    topic: str
    case_id: str
    element: str
    payload: Mapping[str, Any]
    created_at: datetime
    at: datetime
    error: str | None
    awaited: bool


@dataclass(frozen=True, slots=True)
class Delivered:
    """It arrived; `answer` is the JSON object that came back, for the service task that waits for it."""

    answer: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Failed:
    """It did not; `error` is a code without content, `wait` what the receiver asked for, `final` means never again."""

    error: str
    wait: timedelta | None = None
    final: bool = False


class Connector(Protocol):
    """Makes one call, within the lease of the relay. What it raises counts as a failure that is tried again."""

    def deliver(self, delivery: Delivery) -> Delivered | Failed: ...


@dataclass(frozen=True, slots=True)
class Noting:
    """The sample's: every call counts as made, but a few letters come back once, so that there are dead letters to see."""

    returning: frozenset[str] = frozenset({"send_letter", "notify"})

    def deliver(self, delivery: Delivery) -> Delivered | Failed:
        unlucky = zlib.crc32(delivery.id.encode()) % ODDS == 0
        if delivery.topic in self.returning and unlucky and delivery.error is None:
            return Failed("returned_to_sender", final=True)
        return Delivered({})


@dataclass(frozen=True, slots=True)
class Connectors:
    """Which connector a topic has: its own, else `others`, else none, and then its calls stay pending."""

    named: Mapping[str, Connector] = field(default_factory=dict)
    others: Connector | None = None

    def find(self, topic: str) -> Connector | None:
        return self.named.get(topic, self.others)

    @property
    def known(self) -> frozenset[str] | None:
        """The operations that are made here; None when any is."""
        return None if self.others is not None else frozenset(self.named)
