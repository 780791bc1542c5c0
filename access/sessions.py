"""Sessions: 256-bit tokens kept as SHA-256, ended by idleness and by age. Time comes from the caller."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from access.errors import PersonUnknown
from access.model import Opened, Signed
from access.store import people
from access.store import sessions as rows
from database import Tx

_TOKEN_BYTES = 32


@dataclass(frozen=True, slots=True)
class Sessions:
    """Opens, finds and closes sessions. `idle` and `absolute` are how long one lives unused, and at most.

    The idle clock is put back at most every `touch_every`, to spare writes: idleness ends up to that much early.
    """

    idle: timedelta = timedelta(minutes=15)
    absolute: timedelta = timedelta(hours=12)
    touch_every: timedelta = timedelta(minutes=1)

    def open(self, tx: Tx, person_id: str, now: datetime) -> Opened:
        """Signs a person in; PersonUnknown for an unknown or inactive one. The secrets are told here only."""
        person = people.find(tx, person_id)
        if person is None or not person.active:
            raise PersonUnknown
        token, csrf = secrets.token_urlsafe(_TOKEN_BYTES), secrets.token_urlsafe(_TOKEN_BYTES)
        expires_at = now + self.absolute
        rows.insert(
            tx,
            token_hash=_hash(token),
            csrf_hash=_hash(csrf),
            person_id=person.id,
            created_at=now,
            expires_at=expires_at,
        )
        return Opened(token, csrf, person, expires_at)

    def find(self, tx: Tx, token: str, now: datetime, *, background: bool = False) -> Signed | None:
        """The living session of a token, or None; one select, writes nothing.

        When `touch_due` is set call `touch` in a write; a `background` request (a page's poll) never sets it.
        """
        row = rows.find(tx, _hash(token))
        if row is None or not row.active or now >= row.expires_at or now - row.seen_at >= self.idle:
            return None
        touch_due = not background and now - row.seen_at >= self.touch_every
        return Signed(people.from_row(row), row.created_at, row.expires_at, touch_due, bytes(row.csrf_hash))

    def touch(self, tx: Tx, token: str, now: datetime) -> None:
        """Puts the idle clock back."""
        rows.touch(tx, _hash(token), now)

    def close(self, tx: Tx, token: str) -> None:
        """Signs out; a token that is not there is no error."""
        rows.close(tx, _hash(token))

    def close_all(self, tx: Tx, person_id: str) -> None:
        """Signs a person out everywhere."""
        rows.close_all(tx, person_id)

    def forget(self, tx: Tx, now: datetime) -> None:
        """Deletes sessions past their age."""
        rows.forget(tx, now)


def csrf_fits(signed: Signed, csrf: str) -> bool:
    """Whether a request carries the CSRF token of its session; takes the same time for all answers."""
    return hmac.compare_digest(_hash(csrf), signed.csrf_hash)


def _hash(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()
