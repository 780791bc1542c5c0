"""The sample's present: referrals of the last weeks, each stopping in another phase, and discharges of these days.

So every phase has work that is due now, two tasks are overdue, one outreach is to be made today, and five cases stand still for
one reason: a new interface writes times that nobody can read.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from care import Client, Message, MessageRejected, get_client, read_messages
from database import Tx
from engine import CaseId, Correlate, Correlated
from program import SYSTEM_ACTOR, Program
from trial.drive import Driver

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Arrival:
    """A referral `before` now whose case is left alone in the phase `stops`; `n` chooses its answers.

    `admitted` and `discharged` are stays, given as the time before now.
    """

    before: timedelta
    stops: str
    n: int
    admitted: timedelta | None = None
    discharged: timedelta | None = None


ARRIVALS = (
    Arrival(70 * DAY, "evaluating", 5),
    Arrival(36 * DAY, "post_transition", 17 * 15, admitted=5 * DAY, discharged=25 * HOUR),
    Arrival(35 * DAY, "post_transition", 14 * 15, admitted=4 * DAY, discharged=3 * HOUR),
    Arrival(34 * DAY, "transitioning", 23 * 15, admitted=2 * DAY),
    Arrival(30 * DAY, "following_up", 29 * 15 + 14),
    Arrival(29 * DAY, "following_up", 33 * 15),
    Arrival(18 * DAY, "planning", 8),
    Arrival(15 * DAY, "implementing", 14),
    Arrival(9 * DAY, "planning", 23),
    Arrival(6 * DAY, "stratifying", 29),
    Arrival(3 * DAY, "assessing", 45),
    Arrival(2 * DAY, "assessing", 53),
    Arrival(9 * HOUR, "screening", 59),
    Arrival(2 * HOUR, "screening", 60),
)

GARBLED = 5
"""Cases that a message with an unreadable time reaches."""


def lay_out(driver: Driver, program: Program, now: datetime, zone: ZoneInfo) -> None:
    """Puts the arrivals into the run; whom they concern is decided when they come: somebody alive without an open case."""
    for number, arrival in enumerate(ARRIVALS):
        driver.at(now - arrival.before, partial(_arrive, driver, program, arrival, number, now, zone))
    driver.at(now - 2 * HOUR, partial(_garble, driver, program))


def _garble(driver: Driver, program: Program) -> None:
    """Discharges as the new interface tells them reach the first cases that listen."""
    left = GARBLED
    for case_id in map(CaseId, driver.cases):
        payload = {"encounter_id": f"garbled-{left}", "discharged_at": "yesterday, about noon"}
        command = Correlate(
            case_id, "adt_discharge_unplanned", SYSTEM_ACTOR, program.clock.now(), payload["encounter_id"], payload
        )
        taken: Correlated = program.database.write(partial(program.engine.execute, command))
        left -= taken.reached > 0
        if not left:
            return


def _arrive(driver: Driver, program: Program, arrival: Arrival, number: int, now: datetime, zone: ZoneInfo) -> None:
    client = next(_free(program, driver.clients), None)
    if client is None:
        return
    driver.start(client.id, {"source_type": "pcp"}, n=arrival.n, stops=arrival.stops)
    for event, before in (("A01", arrival.admitted), ("A03", arrival.discharged)):
        if before is not None:
            at = now - before
            message = _message(client, event, at, now - (arrival.admitted or before), number, zone)
            driver.at(at, partial(driver.deliver, message))


def _free(program: Program, clients: list[str]) -> Iterator[Client]:
    for client_id in clients:
        client = program.database.read(partial(_alone, program, client_id))
        if client is not None:
            yield client


def _alone(program: Program, client_id: str, tx: Tx) -> Client | None:
    """The client, if alive and without an open case."""
    client = get_client(tx, program.keyring, client_id)
    return client if client.deceased_at is None and not program.engine.open_cases(tx, [client_id]) else None


def _message(
    client: Client, event: str, at: datetime, admitted: datetime, number: int, zone: ZoneInfo
) -> Message | MessageRejected:
    """An ADT message of the sample's hospital."""
    person = client.demographics
    when, since = (moment.astimezone(zone).strftime("%Y%m%d%H%M%S") for moment in (at, admitted))
    visit = ["PV1", "1", "I", "^^^RIVERSIDE HOSPITAL", "E", *[""] * 14, f"present-{number}", *[""] * 24, since]
    segments = [
        f"MSH|^~\\&|SAMPLE|RIVERSIDE HOSPITAL|NINEFOLD|CM|{when}||ADT^{event}|PRESENT{number}{event}|P|2.5.1",
        f"EVN|{event}|{when}",
        f"PID|1||{client.mrn}^^^{client.authority}^MR||{person.family}^{person.given}",
        "|".join([*visit, when] if event == "A03" else visit),
    ]
    return next(iter(read_messages("\r".join(segments).encode())))
