"""The post room of the engine, for worker and administrator: lists, claims and settles calls of the outbox, looks after kept messages.

Never makes a call itself. Random numbers and the time come from outside.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from database import Keyring, Tx
from engine.errors import NotFound
from engine.letters import CallView, MessageView, OutgoingCall
from engine.model import CaseId, Values
from engine.queries import CallFilter, MessageFilter
from engine.queries import outbox as queries
from engine.store import messages, outbox
from engine.views import Page

FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=5), timedelta(hours=6)
GIVE_UP_AFTER = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Post:
    """Safe in any number of processes: a call is held by a lease, and only its holder settles it."""

    keyring: Keyring

    def claim(
        self, tx: Tx, topics: Sequence[str], by: str, now: datetime, lease: timedelta, limit: int
    ) -> tuple[OutgoingCall, ...]:
        """Takes up to `limit` due calls for `lease`: of each case only the first undelivered among these topics."""
        found: list[OutgoingCall] = []
        for topic in topics:
            if len(found) < limit:
                found += outbox.due(tx, topic, topics, now, limit - len(found))
        outbox.claim(tx, found, by, now + lease, now + GIVE_UP_AFTER)
        return tuple(
            replace(
                call,
                attempts=call.attempts + 1,
                claimed_by=by,
                claimed_until=now + lease,
                give_up_at=call.give_up_at or now + GIVE_UP_AFTER,
            )
            for call in found
        )

    def topics(self, tx: Tx) -> tuple[str, ...]:
        """The topics of pending calls, for a connector that takes whatever comes."""
        return outbox.topics(tx)

    def is_due(self, tx: Tx, topics: Sequence[str], now: datetime) -> bool:
        """Whether there is a call to claim: asked first, so that an empty outbox takes no lock and no writer."""
        return any(outbox.is_due(tx, topic, topics, now) for topic in topics)

    def calls(self, tx: Tx, wanted: CallFilter) -> Page[CallView]:
        """The outbox as an administrator sees it; without a Scope."""
        return queries.calls(tx, wanted)

    def call(self, tx: Tx, call_id: str) -> CallView:
        found = queries.one_call(tx, call_id)
        if found is None:
            raise NotFound(f"Expected call '{call_id}', but there is none")
        return found

    def messages(self, tx: Tx, wanted: MessageFilter) -> Page[MessageView]:
        """Messages kept, consumed and expired as an administrator sees them; without a Scope."""
        return queries.kept(tx, wanted)

    def payload(self, call: OutgoingCall) -> Values:
        return outbox.open_payload(self.keyring, call)

    def delivered(
        self, tx: Tx, call: OutgoingCall, now: datetime, answer: Callable[[Tx], object] | None = None
    ) -> bool:
        """Marks a call as delivered, its answer taken in the same transaction; False when the lease was lost."""
        if not _is_held(tx, call):
            return False
        if answer is not None:
            answer(tx)
        outbox.settle(tx, call, outbox.DELIVERED, now, now, None)
        return True

    def failed(
        self, tx: Tx, call: OutgoingCall, now: datetime, error: str, share: float, wait: timedelta | None = None
    ) -> datetime | None:
        """Puts a call back: the instant of its next try, None when it is dead or the lease was lost.

        `share` from 0 to 1 is drawn at random (full jitter); `wait` is what the receiver asked for at least.
        """
        next_at = now + max(share * longest_wait(call.attempts), wait or timedelta(0))
        if call.give_up_at is not None and next_at >= call.give_up_at:
            self.dead(tx, call, now, error)
            return None
        if not _is_held(tx, call):
            return None
        outbox.settle(tx, call, outbox.PENDING, next_at, None, error)
        return next_at

    def dead(self, tx: Tx, call: OutgoingCall, now: datetime, error: str) -> bool:
        """A dead letter: only a person sends it again or gives it up; False when the lease was lost."""
        if not _is_held(tx, call):
            return False
        outbox.settle(tx, call, outbox.DEAD, now, now, error)
        return True

    def unmet(self, tx: Tx, now: datetime, limit: int) -> tuple[tuple[str, CaseId], ...]:
        """(kept message, case that waits for it) pairs that missed each other."""
        return messages.unmet(tx, now, limit)

    def expire(self, tx: Tx, now: datetime) -> None:
        """Marks the kept messages whose time is over."""
        messages.expire(tx, now)

    def forget(self, tx: Tx, before: datetime) -> None:
        """Deletes messages that are consumed or expired and came before an instant."""
        messages.forget(tx, before)


def longest_wait(attempts: int) -> timedelta:
    """The upper end of the wait after so many tries: 5 s, doubled each time, 6 h at most."""
    doublings: int = min(attempts - 1, 20)
    return min(LONGEST_WAIT, FIRST_WAIT * (1 << doublings))


def _is_held(tx: Tx, call: OutgoingCall) -> bool:
    """Whether nobody took the call over since it was claimed."""
    row = outbox.find(tx, call.id)
    return (
        row is not None
        and row.status == outbox.PENDING
        and (row.claimed_by, row.attempts) == (call.claimed_by, call.attempts)
    )
