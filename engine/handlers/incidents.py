"""Mending what could not go on: a token tries again or steps over its element, a timer starts again."""

from dataclasses import replace

from database import Tx
from engine.commands import ResolveIncident, RetryIncident
from engine.desk import Desk, require_case, surroundings
from engine.errors import IncidentStays, NotFound
from engine.known import require_storable
from engine.mended import Changed
from engine.model import CaseId, Change, TimerId
from engine.store import incidents, timers
from engine.store.cases import shard_of


def retry(desk: Desk, command: RetryIncident, tx: Tx) -> Changed:
    parked = timers.parked(tx, command.incident_id)
    return _retry_timer(desk, command, tx, parked.case_id) if parked is not None else _mend(desk, command, tx)


def resolve(desk: Desk, command: ResolveIncident, tx: Tx) -> Changed:
    if timers.parked(tx, command.incident_id) is not None:
        raise IncidentStays
    return _mend(desk, command, tx)


def _retry_timer(desk: Desk, command: RetryIncident, tx: Tx, case_id: str) -> Changed:
    case = require_case(desk, tx, CaseId(case_id))
    change = Change("IncidentRetried", command.reason, facts={"timer": command.incident_id}, object=command.incident_id)
    desk.record(tx, case, change, command.actor, command.at)
    timers.again(tx, TimerId(command.incident_id), command.at)
    return Changed(case.id, case.version + 1)


def _mend(desk: Desk, command: RetryIncident | ResolveIncident, tx: Tx) -> Changed:
    case_id = incidents.case_of(tx, shard_of(command.incident_id), command.incident_id)
    if case_id is None:
        raise NotFound(f"Expected incident '{command.incident_id}', but there is none")
    case = require_case(desk, tx, CaseId(case_id), "active")
    require_storable(dict(command.values))
    release, outside = surroundings(desk, tx, case)
    mend = desk.runner().retry if isinstance(command, RetryIncident) else desk.runner().step_over
    advance = mend(case, release, command.incident_id, command.values, outside, command.at)
    told = replace(advance, reason=command.reason)
    opened = desk.store(tx, case, told, command.actor, command.at, command.incident_id)
    return Changed(case.id, case.version + 1, opened)
