"""Rows of stays. The registers and the encounter's number are sealed; class, state and times stand in plain for SQL."""

from collections.abc import Sequence
from datetime import datetime

import orjson
import sqlalchemy as sa

from care.registers import registers_from_json, registers_to_json
from care.stays import Outreach, Stay
from care.store.tables import stays
from database import Instant, Keyring, Row, Tx

b = sa.bindparam
_OUTREACH = ("told_for", "deadline", "armed_at", "fired_at", "cancelled_at", "contacted_at")
COLUMNS = (
    stays.c.id.label("stay_id"),
    stays.c.client_id,
    stays.c.detail,
    stays.c.version.label("stay_version"),
    stays.c.case_id,
    *(stays.c[name] for name in _OUTREACH),
)
LIMIT = 200
_OF_CLIENTS = (
    sa.select(*COLUMNS)
    .where(stays.c.client_id.in_(b("clients", expanding=True)))
    .order_by(stays.c.client_id, stays.c.began_at.desc())
    .limit(LIMIT)
)
_BY_ENCOUNTER = sa.select(*COLUMNS).where(stays.c.client_id == b("client"), stays.c.encounter_blind == b("encounter"))
_CHANGING = (
    "client_id",
    "detail",
    "patient_class",
    "state",
    "began_at",
    "discharged_at",
    "last_event_at",
    "case_id",
    "told_for",
    "deadline",
)
_INSERT = sa.insert(stays)
_UPDATE = (
    sa.update(stays)
    .where(stays.c.id == b("id_"), stays.c.version == b("version_"))
    .values({name: b(f"{name}_") for name in _CHANGING} | {"version": stays.c.version + 1})
)
_UNTELL = sa.update(stays).where(stays.c.id == b("id_")).values(told_for=None, deadline=None)
_DELETE = sa.delete(stays).where(stays.c.id == b("id_"))
# The outreach that a case works on is that of the discharge it was told of last.
_CURRENT = (
    sa.select(stays.c.id)
    .where(stays.c.case_id == b("case"), stays.c.told_for.is_not(None), stays.c.patient_class == "I")
    .order_by(stays.c.told_for.desc())
    .limit(1)
    .scalar_subquery()
)
_ARM = (
    sa.update(stays)
    .where(stays.c.id == _CURRENT)
    .values(armed_at=b("when"), fired_at=None, cancelled_at=None, contacted_at=None)
)
_FIRE = (
    sa.update(stays)
    .where(stays.c.id == _CURRENT, stays.c.fired_at.is_(None))
    .values(
        fired_at=b("when"), armed_at=sa.func.coalesce(stays.c.armed_at, b("when", type_=Instant)), cancelled_at=None
    )
)
_CONTACT = sa.update(stays).where(stays.c.id == _CURRENT, stays.c.contacted_at.is_(None)).values(contacted_at=b("when"))
# A clock or a call that is taken away was disarmed, unless the client was reached before. The stay it belonged to is
# the one armed last: a readmission has told the case of no later discharge yet.
_CANCEL = (
    sa.update(stays)
    .where(
        stays.c.id
        == sa.select(stays.c.id)
        .where(stays.c.case_id == b("case"), stays.c.armed_at.is_not(None))
        .order_by(stays.c.armed_at.desc(), stays.c.id)
        .limit(1)
        .scalar_subquery(),
        stays.c.contacted_at.is_(None),
    )
    .values(cancelled_at=b("when"))
)


def of_clients(tx: Tx, keyring: Keyring, client_ids: Sequence[str]) -> tuple[Stay, ...]:
    """The latest 200 stays of the clients, by stays_client."""
    return tuple(from_row(row, keyring) for row in tx.rows(_OF_CLIENTS, {"clients": list(client_ids)}))


def by_encounter(tx: Tx, keyring: Keyring, client_id: str, encounter_id: str) -> Stay | None:
    """One stay, by stays_encounter."""
    row = tx.one(_BY_ENCOUNTER, {"client": client_id, "encounter": _blind(keyring, encounter_id)})
    return None if row is None else from_row(row, keyring)


def save(tx: Tx, keyring: Keyring, stay: Stay) -> None:
    """Keeps a stay, new (version 0) or as it was read; a Conflict when it is not. Leaves what the outreach came to."""
    values = {
        "client_id": stay.client_id,
        "detail": keyring.seal(_detail(stay), "stays", "detail", stay.id),
        "patient_class": stay.patient_class[:1],
        "state": stay.state,
        "began_at": stay.began_at,
        "discharged_at": stay.discharged_at,
        "last_event_at": stay.last_event_at,
        "case_id": stay.case_id,
        "told_for": stay.outreach.told_for,
        "deadline": stay.outreach.deadline,
    }
    if stay.version:
        changed = {f"{name}_": value for name, value in values.items()}
        tx.run(_UPDATE, {"id_": stay.id, "version_": stay.version, **changed}, expect=1)
        return
    encounter = _blind(keyring, stay.encounter_id)
    tx.run(_INSERT, {"id": stay.id, "version": 1, "encounter_blind": encounter, **values})


def untell(tx: Tx, stay_id: str) -> None:
    """Notes that no case took the news of the discharge."""
    tx.run(_UNTELL, {"id_": stay_id}, expect=1)


def delete(tx: Tx, stay_id: str) -> None:
    """Takes away a stay that was folded into another one."""
    tx.run(_DELETE, {"id_": stay_id}, expect=1)


def note_armed(tx: Tx, case_id: str, at: datetime) -> None:
    """The 48-hour clock of the case's current outreach was set; by stays_case."""
    tx.run(_ARM, {"case": case_id, "when": at})


def note_fired(tx: Tx, case_id: str, at: datetime) -> None:
    """The clock opened the outreach task; only the first time counts."""
    tx.run(_FIRE, {"case": case_id, "when": at})


def note_cancelled(tx: Tx, case_id: str, at: datetime) -> None:
    """The clock was taken away before it rang and before anybody was reached."""
    tx.run(_CANCEL, {"case": case_id, "when": at})


def note_contacted(tx: Tx, case_id: str, at: datetime) -> None:
    """Somebody was spoken to after the discharge; only the first time counts."""
    tx.run(_CONTACT, {"case": case_id, "when": at})


def from_row(row: Row, keyring: Keyring, client_id: str | None = None) -> Stay:
    """A stay from the columns of COLUMNS; `client_id` where the row does not carry it."""
    data = orjson.loads(keyring.open(row.detail, "stays", "detail", row.stay_id))
    return Stay(
        id=row.stay_id,
        client_id=client_id or row.client_id,
        encounter_id=data["encounter_id"],
        registers=registers_from_json(data["said"]),
        outreach=Outreach(*(getattr(row, name) for name in _OUTREACH)),
        case_id=row.case_id,
        version=row.stay_version,
    )


def _detail(stay: Stay) -> bytes:
    return orjson.dumps({"encounter_id": stay.encounter_id, "said": registers_to_json(stay.registers)})


def _blind(keyring: Keyring, encounter_id: str) -> bytes:
    return keyring.blind("stays.encounter", encounter_id)
