"""The audit ledger: one chain of HMACs per case, and one per principal for what concerns no case.

A head is seq (8 bytes, big endian) and mac (32): a case's head lives in its own row, so noting reads nothing.
"""

import hmac
import zlib
from collections.abc import Mapping
from datetime import UTC, datetime

import orjson

from access.model import Bad, Verdict
from access.store import audit
from database import Keyring, Row, Tx
from engine import Entry

GENESIS = bytes(40)
"""The head of a chain without entries; all-zero bytes of any length mean the same."""
_SEQ = 8
_SHARDS = 1024
_SIGNED = (
    "shard",
    "chain",
    "seq",
    "at",
    "actor",
    "role",
    "action",
    "object",
    "case_id",
    "outcome",
    "reason",
    "request_id",
    "fields",
)


class ChainLedger:
    """Implements the engine's port `Ledger`."""

    __slots__ = ("_keyring",)

    def __init__(self, keyring: Keyring) -> None:
        self._keyring = keyring

    def note(self, tx: Tx, entry: Entry, head: bytes = GENESIS) -> bytes:
        """Writes the row and answers the chain's new head, which the caller keeps in the case's row (compared).

        An entry without a case goes into its principal's chain; `head` is then not used, the chain's own is read
        from and moved in `audit_heads`: two statements more, so note it before the first write of a work.
        """
        if entry.case_id is not None:
            return self._append(tx, entry, entry.shard, str(entry.case_id), head)
        chain = principal_chain(entry.actor_id)
        found = audit.head(tx, chain)
        new = self._append(tx, entry, zlib.crc32(chain.encode()) % _SHARDS, chain, found or GENESIS)
        audit.move_head(tx, chain, found, new)
        return new

    def verify(self, tx: Tx, heads: Mapping[str, bytes]) -> Verdict:
        """Reads every row and looks for edits, insertions, deletions, changed order and cut tails.

        `heads`: case id -> the head in the case's row, of all cases; principals' heads are known here. A cut tail
        whose head was set back as well is found by an anchor outside the database only.
        """
        expected = {**audit.heads(tx), **heads}
        entries, first_bad = 0, None
        chain, seq, mac = "", 0, b""
        for row in audit.all_rows(tx):
            entries += 1
            if row.chain != chain:
                first_bad = first_bad or _cut(expected.pop(chain, None), chain, seq, mac)
                chain, seq, mac = row.chain, 0, GENESIS[_SEQ:]
            if row.seq != seq + 1 or bytes(row.prev) != mac or not self._fits(row):
                first_bad = first_bad or Bad(chain, seq + 1)
            seq, mac = row.seq, bytes(row.mac)
        first_bad = first_bad or _cut(expected.pop(chain, None), chain, seq, mac)
        for missing, head in sorted(expected.items()):
            first_bad = first_bad or _cut(head, missing, 0, GENESIS[_SEQ:])
        return Verdict(entries, first_bad)

    def _append(self, tx: Tx, entry: Entry, shard: int, chain: str, head: bytes) -> bytes:
        seq, prev = _split(head)
        row: dict[str, object] = {
            "shard": shard,
            "chain": chain,
            "seq": seq + 1,
            "at": entry.at,
            "actor": entry.actor_id,
            "role": entry.role,
            "action": entry.action,
            "object": entry.object,
            "case_id": entry.case_id,
            "outcome": entry.outcome,
            "reason": entry.reason,
            "request_id": entry.request_id,
            "fields": list(entry.fields),
            "prev": prev,
        }
        row["mac"] = mac = self._mac(prev, row)
        audit.insert(tx, row)
        return (seq + 1).to_bytes(_SEQ, "big") + mac

    def _fits(self, row: Row) -> bool:
        values = {name: getattr(row, name) for name in _SIGNED}
        return hmac.compare_digest(self._mac(bytes(row.prev), values), bytes(row.mac))

    def _mac(self, prev: bytes, row: Mapping[str, object]) -> bytes:
        return self._keyring.audit_mac(prev + orjson.dumps([_canonical(row[name]) for name in _SIGNED]))


def principal_chain(actor_id: str) -> str:
    """The chain of what a person or program did outside any case; no case id looks like it."""
    return f"principal:{actor_id}"


def _canonical(value: object) -> object:
    return value.astimezone(UTC).isoformat(timespec="microseconds") if isinstance(value, datetime) else value


def _split(head: bytes) -> tuple[int, bytes]:
    if not any(head):
        return 0, GENESIS[_SEQ:]
    return int.from_bytes(head[:_SEQ], "big"), head[_SEQ:]


def _cut(head: bytes | None, chain: str, seq: int, mac: bytes) -> Bad | None:
    """A chain that does not end where its head says."""
    return None if head is None or _split(head) == (seq, mac) else Bad(chain, seq + 1)
