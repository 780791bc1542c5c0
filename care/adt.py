"""An ADT message arrives: client, stay, case or candidate, all in the caller's transaction and once per message."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from care.errors import MessageRejected
from care.hl7 import Message
from care.model import Candidate, CareSettings, Client
from care.notices import Envelope, Notice, read_envelope, read_notice
from care.postman import ADT, Cases, Postman, admission
from care.reactions import (
    Admitted,
    BecameOutpatient,
    Cancelled,
    Discharged,
    Effect,
    EmergencyArrived,
    EmergencyLeft,
    react,
)
from care.referral import first_facts
from care.register import merge_clients, refreshed
from care.stays import Stay, fold
from care.store import candidates, clients, inbox, stays
from database import Keyring, Tx
from engine import CaseId, StartCase, case_id_of


@dataclass(frozen=True, slots=True)
class Received:
    """What became of a message: `outcome` is applied, filed (kept, without an effect) or duplicate.

    `case_ids` are the cases that it reached or started, `sent` the names of the messages that they took.
    """

    control_id: str
    outcome: str
    client_id: str | None = None
    case_ids: tuple[str, ...] = ()
    started: str | None = None
    candidate_id: str | None = None
    sent: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Scene:
    """All that was read before anything is written; `client` is as read, None when nobody holds the number."""

    client: Client | None
    stay: Stay | None
    others: tuple[Stay, ...] = ()
    open_cases: tuple[CaseId, ...] = ()
    has_candidate: bool = False


@dataclass(frozen=True, slots=True)
class AdtDesk:
    """Takes ADT messages. `new_id` gives ids of 32 hexadecimal digits."""

    cases: Cases
    keyring: Keyring
    new_id: Callable[[], str]
    settings: CareSettings = field(default_factory=CareSettings)

    def receive(self, tx: Tx, message: Message, now: datetime) -> Received:
        """Takes one message that arrives at `now`. Raises MessageRejected, and then nothing of it is kept.

        The same key with the same body is a duplicate without effect; with another body it is rejected.
        """
        envelope = read_envelope(message, self.settings.zone)
        notice = read_notice(message, envelope, self.settings.zone, self.settings.authority)
        known = inbox.known_body(tx, envelope.application, envelope.facility, envelope.control_id)
        if known is not None:
            if known != inbox.hash_body(self.keyring, message.raw):
                reason = "expected a new control id in MSH-10, but another message came with this one"
                raise MessageRejected(message.index, envelope.control_id, reason)
            return Received(envelope.control_id, "duplicate")
        received = Received(envelope.control_id, "filed")
        if notice is not None:
            received = self._apply(tx, notice, envelope, now)
        self._keep(tx, message, envelope, received, now)
        return received

    def _apply(self, tx: Tx, notice: Notice, envelope: Envelope, now: datetime) -> Received:
        if notice.merged:
            self._merge(tx, notice, now)
        scene = self._read(tx, notice)
        postman = Postman(self.cases, tx, list(scene.open_cases), now, self.settings, _origin(envelope))
        client = self._save_client(tx, notice, envelope, scene.client, now)
        after = self._folded(notice, client.id, scene.stay)
        effects: tuple[Effect, ...] = ()
        if after is not None and client.deceased_at is None:
            effects = react(notice.event, scene.stay, after, scene.others, now, self.settings)
        started = self._start_id(effects, postman)
        candidate = None if started else self._candidate(tx, effects, client.id, scene, after, now)
        if after is not None and after != scene.stay:
            stays.save(tx, self.keyring, _told(after, effects, started or postman.case_id, self.settings))
        if notice.merged:
            postman.tell_of_merge()
        if client.deceased_at is not None and (scene.client is None or scene.client.deceased_at is None):
            postman.tell_of_death(client.deceased_at)
        for effect in effects:
            self._carry_out(effect, client, scene, postman, started)
        changed = after is not None and after != scene.stay
        outcome = "applied" if changed or postman.sent or started or candidate or notice.merged else "filed"
        reached = tuple(postman.reached)
        return Received(envelope.control_id, outcome, client.id, reached, started, candidate, tuple(postman.sent))

    def _read(self, tx: Tx, notice: Notice) -> _Scene:
        client = clients.by_number(tx, self.keyring, notice.authority, notice.mrn)
        if client is None:
            return _Scene(None, None)
        ids = [client.id, *clients.merged_ids(tx, client.id)]
        held = stays.of_clients(tx, self.keyring, [client.id])
        stay = None
        if notice.visit is not None:
            encounter_id = notice.visit.encounter_id
            stay = next((item for item in held if item.encounter_id == encounter_id), None)
            if stay is None and len(held) == stays.LIMIT:
                stay = stays.by_encounter(tx, self.keyring, client.id, encounter_id)
        return _Scene(
            client,
            stay,
            tuple(item for item in held if stay is None or item.id != stay.id),
            tuple(self.cases.open_cases(tx, ids)),
            candidates.is_known(tx, ids, stay.id if stay else ""),
        )

    def _save_client(self, tx: Tx, notice: Notice, envelope: Envelope, before: Client | None, now: datetime) -> Client:
        """The client with what the message says of the person: newer demographics, and death, which is never undone."""
        known = before or Client(self.new_id(), notice.mrn, notice.authority, {}, 0, now)
        said = refreshed(known.said, notice.demographics, notice.stamp)
        died_at = known.deceased_at
        visit = notice.visit
        expired = visit is not None and visit.disposition in self.settings.expired(envelope.application)
        if died_at is None and (notice.died or expired):
            died_at = notice.died_at or (visit.discharged_at if visit else None) or notice.stamp.event_at
        after = replace(known, said=said, deceased_at=died_at, updated_at=now)
        if before is None:
            clients.insert(tx, self.keyring, after)
        elif notice.visit is not None or (after.said, after.deceased_at) != (before.said, before.deceased_at):
            # Also without a change: two messages about one client at once must not both find no open case.
            clients.update(tx, self.keyring, before, after)
        return after

    def _folded(self, notice: Notice, client_id: str, before: Stay | None) -> Stay | None:
        if notice.visit is None:
            return None
        return fold(before or Stay(self.new_id(), client_id, notice.visit.encounter_id), notice)

    def _start_id(self, effects: Sequence[Effect], postman: Postman) -> CaseId | None:
        starts = any(isinstance(effect, Admitted) and effect.starts_case for effect in effects)
        return case_id_of(self.new_id()) if starts and postman.case_id is None else None

    def _candidate(
        self, tx: Tx, effects: Sequence[Effect], client_id: str, scene: _Scene, after: Stay | None, now: datetime
    ) -> str | None:
        """Offers a client without an open case: an emergency visit, or a discharge whose admission nobody told us of."""
        reasons = [
            "ed_visit" if isinstance(effect, EmergencyArrived) else "discharge"
            for effect in effects
            if isinstance(effect, EmergencyArrived | Discharged)
        ]
        if not reasons or after is None or scene.open_cases or scene.has_candidate or after.case_id is not None:
            return None
        candidate = Candidate(self.new_id(), client_id, reasons[0], now, "open")
        candidates.insert(tx, candidate, after.id)
        return candidate.id

    def _carry_out(
        self, effect: Effect, client: Client, scene: _Scene, postman: Postman, started: CaseId | None
    ) -> None:
        if isinstance(effect, Cancelled):
            postman.tell_of_cancellation(effect, scene.stay)
        elif isinstance(effect, BecameOutpatient):
            postman.tell_of_outpatient(effect)
        elif isinstance(effect, Admitted) and started is not None:
            self._start(postman, client, effect, started)
        elif isinstance(effect, Admitted) and effect.stay.discharged_at is None:
            pending = [stay for stay in scene.others if stay.is_inpatient and stay.outreach.is_pending]
            postman.tell_of_admission(effect, pending)
        elif isinstance(effect, Discharged):
            if postman.case_id is not None and not postman.tell_of_discharge(effect):
                stays.untell(postman.tx, effect.stay.id)
        elif isinstance(effect, EmergencyLeft):
            postman.tell_of_emergency(effect)

    def _start(self, postman: Postman, client: Client, effect: Admitted, case_id: CaseId) -> None:
        facts = {"source_type": "admission_review", "setting": "acute", **first_facts(client, postman.at)}
        command = StartCase(
            case_id=case_id,
            process=self.settings.process,
            subject_id=client.id,
            actor=ADT,
            at=postman.at,
            unit=self.settings.unit,
            values=admission(effect),
            facts=facts,
        )
        self.cases.execute(command, postman.tx)
        candidates.close_for(postman.tx, client.id, postman.at, ADT.id)
        postman.open_cases = [case_id]
        postman.reached.append(case_id)

    def _merge(self, tx: Tx, notice: Notice, now: datetime) -> None:
        """Makes the retired numbers those of the client who holds the surviving one."""
        survivor = clients.by_number(tx, self.keyring, notice.authority, notice.mrn)
        for authority, mrn in notice.merged:
            retired = clients.by_number(tx, self.keyring, authority, mrn)
            if survivor is None and retired is not None:
                clients.add_number(tx, self.keyring, retired.id, notice.authority, notice.mrn)
                survivor = retired
            elif survivor is None:
                survivor = Client(self.new_id(), notice.mrn, notice.authority, {}, 0, now)
                clients.insert(tx, self.keyring, survivor)
                clients.add_number(tx, self.keyring, survivor.id, authority, mrn)
            elif retired is None:
                clients.add_number(tx, self.keyring, survivor.id, authority, mrn)
            else:
                survivor = merge_clients(tx, self.keyring, survivor_id=survivor.id, retired_id=retired.id, at=now)

    def _keep(self, tx: Tx, message: Message, envelope: Envelope, received: Received, now: datetime) -> None:
        kept = inbox.Kept(
            envelope.application,
            envelope.facility,
            envelope.control_id,
            envelope.event,
            envelope.stamp.event_at,
            now,
            received.outcome,
            received.client_id,
            next(iter(received.case_ids), None),
        )
        inbox.insert(tx, self.keyring, kept, message.raw)


def _origin(envelope: Envelope) -> str:
    """The id of an HL7 message among all senders, of one length whatever they call themselves."""
    named = f"{envelope.application}\0{envelope.facility}\0{envelope.control_id}"
    return hashlib.sha256(named.encode()).hexdigest()[:32]


def _told(stay: Stay, effects: Sequence[Effect], case_id: str | None, settings: CareSettings) -> Stay:
    """The stay as it stands when the case has been told of the effects."""
    outreach, case = stay.outreach, stay.case_id
    for effect in effects:
        if isinstance(effect, Cancelled):
            outreach = replace(outreach, told_for=None, deadline=None)
        elif case_id is not None:
            case = case_id
            if isinstance(effect, Discharged) and stay.discharged_at:
                outreach = replace(
                    outreach, told_for=stay.discharged_at, deadline=stay.discharged_at + settings.outreach_within
                )
            elif isinstance(effect, EmergencyLeft):
                outreach = replace(outreach, told_for=stay.discharged_at)
    return replace(stay, outreach=outreach, case_id=case)
