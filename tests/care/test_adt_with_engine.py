"""The desk, the facts and the records together with the real engine, on a small model of the same shape as the shipped one."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from care import (
    AdtDesk,
    BusinessCalendar,
    CareFacts,
    CareRecords,
    MessageRejected,
    OutreachCounts,
    list_contacts,
    outreach_counts,
)
from engine import (
    Actor,
    Artefact,
    CaseFilter,
    CompleteTask,
    Deploy,
    Engine,
    FireTimer,
    InboxFilter,
    Library,
    Reading,
    Scope,
)
from tests.care.fakes import Ids
from tests.care.messages import DAY, HOUR, local, message

T = local(2025, 6, 10, 14)
ACTOR = Actor("maria", frozenset({"case_manager"}), frozenset({"case_manager"}))
EVERYTHING = Scope("maria", everything=True)
FLOW = '<bpmn:sequenceFlow id="{0}_to_{1}" sourceRef="{0}" targetRef="{1}"/>'
NAMES = ("client_deceased", "readmission", "adt_discharge_unplanned", "outreach_disarmed")


def flows(*pairs):
    return "".join(FLOW.format(*pair.split(">")) for pair in pairs)


MODEL = f"""<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
    xmlns:ninefold="https://ninefold.example/schema/bpmn/1.0" id="definitions" targetNamespace="https://ninefold.example">
  {"".join(f'<bpmn:message id="m_{name}" name="{name}"/>' for name in NAMES)}
  <bpmn:process id="case_lifecycle" name="Case" isExecutable="true">
    <bpmn:startEvent id="start"/>
    <bpmn:subProcess id="phases" name="Phases">
      <bpmn:startEvent id="phases_start"/>
      <bpmn:userTask id="screen" name="Screen" ninefold:group="case_manager"/>
      <bpmn:endEvent id="phases_end"/>
      {flows("phases_start>screen", "screen>phases_end")}
    </bpmn:subProcess>
    <bpmn:boundaryEvent id="died" attachedToRef="phases">
      <bpmn:messageEventDefinition id="died_definition" messageRef="m_client_deceased"/>
    </bpmn:boundaryEvent>
    <bpmn:endEvent id="ended"/>
    <bpmn:endEvent id="ended_by_death"><bpmn:terminateEventDefinition id="terminate"/></bpmn:endEvent>
    {flows("start>phases", "phases>ended", "died>ended_by_death")}
    <bpmn:subProcess id="ev_readmission" name="Readmission" triggeredByEvent="true">
      <bpmn:startEvent id="readmitted" isInterrupting="false">
        <bpmn:messageEventDefinition id="readmitted_definition" messageRef="m_readmission"/>
      </bpmn:startEvent>
      <bpmn:userTask id="readmission_review" name="Review" ninefold:group="case_manager"/>
      <bpmn:endEvent id="reviewed"/>
      {flows("readmitted>readmission_review", "readmission_review>reviewed")}
    </bpmn:subProcess>
    <bpmn:subProcess id="ev_discharge_unplanned" name="Discharge" triggeredByEvent="true">
      <bpmn:startEvent id="discharged" isInterrupting="false">
        <bpmn:messageEventDefinition id="discharged_definition" messageRef="m_adt_discharge_unplanned"/>
      </bpmn:startEvent>
      <bpmn:eventBasedGateway id="wait"/>
      <bpmn:intermediateCatchEvent id="outreach_48h" name="Clock">
        <bpmn:timerEventDefinition id="clock_definition">
          <bpmn:timeDate xsi:type="bpmn:tFormalExpression">= adt_discharge_unplanned.discharged_at + duration("PT24H")</bpmn:timeDate>
        </bpmn:timerEventDefinition>
      </bpmn:intermediateCatchEvent>
      <bpmn:intermediateCatchEvent id="disarmed" name="Disarmed" ninefold:correlation="= adt_discharge_unplanned.encounter_id">
        <bpmn:messageEventDefinition id="disarmed_definition" messageRef="m_outreach_disarmed"/>
      </bpmn:intermediateCatchEvent>
      <bpmn:userTask id="outreach_call" name="Call" ninefold:form="call" ninefold:group="case_manager"/>
      <bpmn:endEvent id="called"/>
      <bpmn:endEvent id="not_called"/>
      {
    flows(
        "discharged>wait",
        "wait>outreach_48h",
        "wait>disarmed",
        "outreach_48h>outreach_call",
        "outreach_call>called",
        "disarmed>not_called",
    )
}
    </bpmn:subProcess>
  </bpmn:process>
</bpmn:definitions>"""


@dataclass(frozen=True)
class Answer:
    """A form's answer, taken as it comes."""

    values: dict
    shared: dict = field(default_factory=dict)
    problems: tuple = ()
    plain: dict = field(default_factory=dict)


class AnyForm:
    """Takes whatever is said."""

    def problems(self, source, file):
        return ()

    def key(self, source):
        return ""

    def check(self, source, values, known):
        return Answer(dict(values))

    def prefill(self, source, known):
        return {}

    def facts(self, source):
        return {}

    def reads(self, source):
        return frozenset()

    def definition(self, source):
        return {}


class Silent:
    """Neither audit nor audience is looked at here."""

    def note(self, tx, entry, head):
        return b"head"

    def joined(self, tx, case, person_id, kind):
        return None


class House:
    """The real engine with the real ports of care, and a time that is told."""

    def __init__(self, database, keyring):
        self.database, self.now = database, T - 10 * DAY
        facts, library = CareFacts(keyring, lambda: self.now), Library(AnyForm().reads)
        self.engine = Engine(
            keyring=keyring,
            forms=AnyForm(),
            facts=facts,
            records=CareRecords(keyring),
            ledger=Silent(),
            audience=Silent(),
            calendar=BusinessCalendar(),
            library=library,
        )
        self.reading = Reading(keyring, AnyForm(), facts, library)
        self.desk = AdtDesk(self.engine, keyring, Ids())
        artefacts = (
            Artefact("model", "case_lifecycle", MODEL.encode(), "case_lifecycle.bpmn"),
            Artefact("form", "call", b"{}", "call.form.json"),
        )
        self.write(lambda tx: self.engine.execute(Deploy(artefacts, ACTOR, self.now), tx))

    def write(self, work):
        return self.database.write(work)

    def hear(self, event, at, **more):
        self.pass_until(at)
        text = message(event, at, **more)
        return self.write(lambda tx: self.desk.receive(tx, text, at))

    def pass_until(self, at):
        while (wake := self.database.read(self.engine.next_wake)) is not None and wake <= at:
            self.now = wake + timedelta(milliseconds=2)
            for timer in self.database.write(lambda tx: self.engine.due(tx, self.now, 10)):
                self.write(lambda tx, timer=timer: self.engine.execute(FireTimer(timer, ACTOR, self.now), tx))
        self.now = at

    def tasks(self):
        page = self.database.read(lambda tx: self.reading.inbox(tx, EVERYTHING, InboxFilter(queue="all")))
        return {task.element: task.id for task in page.items}

    def complete(self, element, **values):
        task_id = self.tasks()[element]
        self.write(lambda tx: self.engine.execute(CompleteTask(task_id, ACTOR, self.now, values), tx))

    def counts(self):
        return self.database.read(lambda tx: outreach_counts(tx, self.now))


@pytest.fixture
def house(database, keyring):
    made = House(database, keyring)
    made.hear("A01", T - 3 * DAY, admitted=T - 3 * DAY)
    return made


def test_an_admission_starts_a_case_and_a_discharge_sets_the_clock(house):
    received = house.hear("A03", T, admitted=T - 3 * DAY, discharged=T, disposition="01")

    assert received.sent == ("adt_discharge_unplanned",)
    assert house.tasks().keys() == {"screen"}
    assert house.counts() == OutreachCounts(1, 1, 0, 0, 0, 0)

    house.pass_until(T + 25 * HOUR)
    assert house.tasks().keys() == {"screen", "outreach_call"}
    house.complete("outreach_call", reached="client")

    assert house.counts() == OutreachCounts(1, 1, 1, 0, 1, 0)
    (contact,) = house.database.read(lambda tx: list_contacts(tx, received.case_ids[0]))
    assert (contact.at, contact.actor_id) == (T + 25 * HOUR, "maria")


def test_a_readmission_disarms_the_clock_and_the_next_discharge_sets_one(house):
    house.hear("A03", T, admitted=T - 3 * DAY, discharged=T)
    received = house.hear("A01", T + 5 * HOUR, admitted=T + 5 * HOUR, encounter="E2")

    assert received.sent == ("outreach_disarmed", "readmission")
    assert house.tasks().keys() == {"screen", "readmission_review"}
    assert house.counts() == OutreachCounts(1, 1, 0, 1, 0, 0)

    house.hear("A03", T + 2 * DAY, admitted=T + 5 * HOUR, discharged=T + 2 * DAY, encounter="E2")
    house.pass_until(T + 10 * DAY)
    assert house.counts() == OutreachCounts(2, 2, 1, 1, 0, 1)


def test_a_cancelled_discharge_disarms_and_the_next_one_arms_once(house):
    house.hear("A03", T, admitted=T - 3 * DAY, discharged=T)
    house.hear("A13", T + 3 * HOUR)
    house.hear("A03", T + DAY, admitted=T - 3 * DAY, discharged=T + DAY)
    house.pass_until(T + 2 * DAY)

    assert house.counts() == OutreachCounts(1, 1, 1, 0, 0, 0)
    assert house.tasks().keys() == {"screen", "outreach_call"}


def test_a_death_ends_the_case_with_its_clock(house):
    house.hear("A03", T, admitted=T - 3 * DAY, discharged=T)
    received = house.hear("A08", T + HOUR, encounter="", died="Y", died_at=T + HOUR)

    assert received.sent == ("client_deceased",)
    assert house.tasks() == {}
    assert house.counts() == OutreachCounts(1, 1, 0, 1, 0, 0)
    house.pass_until(T + 9 * DAY)
    assert house.hear("A01", T + 10 * DAY, encounter="E9").started is None


def test_a_late_notice_opens_the_call_at_once(house):
    house.pass_until(T + 3 * DAY)
    text = message("A03", T, admitted=T - 3 * DAY, discharged=T)
    house.write(lambda tx: house.desk.receive(tx, text, house.now))
    house.pass_until(T + 3 * DAY + HOUR)

    assert "outreach_call" in house.tasks()
    assert house.counts() == OutreachCounts(1, 1, 1, 0, 0, 1)


@pytest.mark.parametrize("is_known", [True, False])
def test_two_admissions_of_one_client_at_once_start_one_case(database, keyring, is_known):
    house = House(database, keyring)
    if is_known:
        house.hear("A28", T, mrn="77", encounter="")
    house.now = T
    texts = [message("A01", T, mrn="77", encounter=f"E{n}", admitted=T + n * HOUR) for n in range(2)]
    barrier = threading.Barrier(2)

    def take(text):
        barrier.wait()
        return house.write(lambda tx: house.desk.receive(tx, text, T))

    with ThreadPoolExecutor(2) as pool:
        received = list(pool.map(take, texts))

    assert sum(item.started is not None for item in received) == 1
    assert len({item.client_id for item in received}) == 1
    page = database.read(lambda tx: house.reading.cases(tx, EVERYTHING, CaseFilter()))
    assert len(page.items) == 1


def test_the_desk_can_take_a_whole_feed_in_one_commit(database, keyring):
    house = House(database, keyring)
    texts = [
        message("A01", T, mrn="77", admitted=T),
        message("A01", T, mrn="77", admitted=T, control_id="same"),
        message("A03", T, mrn="77", control_id="same"),
        message("A03", T + DAY, mrn="77", admitted=T, discharged=T + DAY),
    ]
    works = [lambda tx, text=text: house.desk.receive(tx, text, T + DAY) for text in texts]

    first, again, refused, left = database.write_all(works)

    assert first.started is not None
    assert again.started is None
    assert isinstance(refused, MessageRejected)
    assert left.sent == ("adt_discharge_unplanned",)
