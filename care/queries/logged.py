"""What an event log tells of stays: which contact followed which, and the stays themselves. Ids, codes and times only."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from care.store.tables import contacts, stays
from database import Tx

b = sa.bindparam
PAGE = 1000
_FOLLOWED = sa.select(contacts.c.case_id, contacts.c.step, contacts.c.stay_id).where(
    contacts.c.stay_id.is_not(None), contacts.c.case_id.in_(b("cases", expanding=True))
)
_STAYS = (
    sa.select(
        stays.c.id, stays.c.client_id, stays.c.case_id, stays.c.patient_class, stays.c.began_at, stays.c.discharged_at
    )
    .where(stays.c.case_id.is_not(None), stays.c.state.not_in(("void", "expected")), stays.c.id > b("last"))
    .order_by(stays.c.id)
    .limit(PAGE)
)


@dataclass(frozen=True, slots=True)
class LoggedStay:
    """A stay or visit that a case was told of; `patient_class` is I, E or O."""

    id: str
    client_id: str
    case_id: str
    patient_class: str
    began_at: datetime | None
    discharged_at: datetime | None


def stays_followed(tx: Tx, case_ids: Sequence[str]) -> Mapping[tuple[str, int], str]:
    """(case, step) of a contact -> the stay that it followed; by the primary key of contacts."""
    rows = tx.rows(_FOLLOWED, {"cases": sorted(set(case_ids))})
    return {(row.case_id, row.step): row.stay_id for row in rows}


def logged_stays(tx: Tx) -> Iterator[tuple[LoggedStay, ...]]:
    """Stays that a case was told of, page by page, by primary key."""
    last = ""
    while page := tx.rows(_STAYS, {"last": last}):
        yield tuple(LoggedStay(*row) for row in page)
        last = page[-1].id
