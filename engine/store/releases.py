"""Releases: content-addressed artefacts, the sets that were deployed, and which one is active."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from database import Row, Tx
from engine.model import Artefact
from engine.store.tables import activations, artefacts, designs, release_artefacts, releases

b = sa.bindparam
LAST = 2**31 - 1
_ACTIVE = sa.select(activations.c.release, activations.c.seq).order_by(activations.c.seq.desc()).limit(1)
_SET = (
    sa.select(release_artefacts, artefacts.c.source)
    .join_from(release_artefacts, artefacts, artefacts.c.hash == release_artefacts.c.hash)
    .where(release_artefacts.c.release == b("release"))
    .order_by(release_artefacts.c.kind, release_artefacts.c.key)
)
_LIST = sa.select(releases).where(releases.c.number < b("before")).order_by(releases.c.number.desc()).limit(b("k"))
_ONE = sa.select(releases).where(releases.c.id == b("id"))
_HASHES = sa.select(artefacts.c.hash).where(artefacts.c.hash.in_(b("hashes", expanding=True)))
_INSERT, _ARTEFACT, _MEMBER, _ACTIVATE = (
    sa.insert(table) for table in (releases, artefacts, release_artefacts, activations)
)
_DRAFTS = sa.select(designs)
_DRAFT = sa.select(designs).where(designs.c.kind == b("kind_"), designs.c.key == b("key_"))
_NEW_DRAFT = sa.insert(designs)
_CHANGE_DRAFT = (
    sa.update(designs)
    .where(designs.c.kind == b("kind_"), designs.c.key == b("key_"), designs.c.version == b("v"))
    .values(source=b("source_"), version=b("v2"), updated_at=b("at_"), updated_by=b("by_"))
)
_DROP_DRAFT = sa.delete(designs).where(designs.c.kind == b("kind_"), designs.c.key == b("key_"))


def content_hash(source: bytes) -> str:
    return hashlib.sha256(source).hexdigest()


def active(tx: Tx) -> tuple[str, int] | None:
    """(release id, activation number) of the active release; None before the first deployment."""
    row = tx.one(_ACTIVE)
    return None if row is None else (row.release, row.seq)


def members(tx: Tx, release: str) -> Sequence[Row]:
    """Rows (kind, key, version, hash, file, source) of a release, by kind and key."""
    return tx.rows(_SET, {"release": release})


def as_artefacts(rows: Sequence[Row]) -> tuple[Artefact, ...]:
    return tuple(Artefact(row.kind, row.key, row.source, row.file) for row in rows)


def listed(tx: Tx, limit: int, before: int | None = None) -> Sequence[Row]:
    """Releases, newest first, of numbers below `before`."""
    return tx.rows(_LIST, {"k": limit, "before": LAST if before is None else before})


def one(tx: Tx, release: str) -> Row | None:
    return tx.one(_ONE, {"id": release})


def stored_hashes(tx: Tx, hashes: Sequence[str]) -> frozenset[str]:
    return frozenset(row.hash for row in tx.rows(_HASHES, {"hashes": list(hashes)}))


def insert(tx: Tx, number: int, rows: Sequence[dict[str, Any]], new: Sequence[Artefact], by: str, now: datetime) -> str:
    """Writes release `number` with its members and makes it the active one."""
    release = f"r{number}"
    tx.run(_ARTEFACT, [{"hash": content_hash(item.source), "source": item.source} for item in new])
    tx.run(_INSERT, {"id": release, "number": number, "created_at": now, "created_by": by})
    tx.run(_MEMBER, [{"release": release, **row} for row in rows])
    tx.run(_ACTIVATE, {"seq": number, "release": release, "at": now, "by": by})
    return release


def drafts(tx: Tx) -> Sequence[Row]:
    return tx.rows(_DRAFTS)


def draft(tx: Tx, kind: str, key: str) -> Row | None:
    return tx.one(_DRAFT, {"kind_": kind, "key_": key})


def save_draft(tx: Tx, kind: str, key: str, source: bytes, version: int, by: str, now: datetime) -> None:
    """Writes a draft; `version` is the one that was read, 0 for a new draft. Conflict when it moved."""
    if version == 0:
        row = {"kind": kind, "key": key, "source": source, "version": 1, "updated_at": now, "updated_by": by}
        tx.run(_NEW_DRAFT, row)
        return
    changed = {"kind_": kind, "key_": key, "v": version, "v2": version + 1, "source_": source, "at_": now, "by_": by}
    tx.run(_CHANGE_DRAFT, changed, expect=1)


def drop_draft(tx: Tx, kind: str, key: str) -> None:
    tx.run(_DROP_DRAFT, {"kind_": kind, "key_": key})
