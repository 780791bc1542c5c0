"""A program with the shipped models and forms, on either database, and people who answer tasks as a test says.

What a test does not say is filled in as a trial would; the chart is read through care's front door.
"""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from access import active_people, actor_of
from care import (
    Demographics,
    read_authorisations,
    read_consents,
    read_contacts,
    read_notes,
    read_plan,
    read_profile,
    read_referrals,
    read_risks,
    register_client,
)
from database import upgrade
from engine import (
    Actor,
    AmendTask,
    CaseId,
    CompleteTask,
    Correlate,
    InboxFilter,
    Scope,
    StartCase,
    TaskView,
    case_id_of,
)
from program import (
    SYSTEM_ACTOR,
    FormBook,
    Program,
    VirtualClock,
    open_program,
    read_settings,
    seed_people,
    seed_release,
)
from trial.fill import fill

BEGIN = datetime(2025, 6, 2, 13, tzinfo=UTC)
ALL = Scope("test", everything=True)
ELIGIBLE = {"decision": "eligible", "level": "standard", "programme": "complex", "override_reason": "Would benefit."}
CONSENT = {
    "result": "given",
    "given_by": "client",
    "method": "electronic",
    "capacity": "has",
    "scopes": ["enrol", "share_providers"],
}
SERVICE = {
    "goal": "Walk alone", "action": "Nurse visits", "kind": "service", "who": "provider", "start": "2025-06-10",
    "service_class": "home_health", "status": "planned",
}  # fmt: skip
PLAN = {
    "summary": "Home with help", "client_motivation": "Her garden", "self_care_actions": "Weighs daily", "review_due": "2025-09-01",
    "problems": [{"text": "Weak after the stay", "domain": "function", "priority": 1, "status": "open"}],
    "goals": [
        {
            "text": "Walk alone", "problem": "Weak after the stay", "term": "short", "measure": "Metres", "baseline": "10",
            "target": "100", "due": "2025-08-01", "client_agrees": True, "achievable": "She walked 50 last year",
            "relevant": "To reach the garden",
        },
    ],
    "interventions": [SERVICE], "duties": [{"who": "cm", "text": "Calls every Friday"}], "change_kind": "first",
}  # fmt: skip


def settings_of(home: Path, url: str) -> Any:
    given = {"PROFILE": "sample", "HOME": str(home), "SYNCHRONOUS": "NORMAL", "DATABASE_URL": url}
    return read_settings({f"NINEFOLD_{name}": value for name, value in given.items()})


def found_clinic(home: Path, url: str) -> None:
    """Schema, people and the shipped release."""
    upgrade(settings_of(home, url).database_url)
    program = open_program(settings_of(home, url), VirtualClock(BEGIN))
    seed_people(program)
    seed_release(program)
    program.close()


@dataclass
class Clinic:
    """One client with a case, or none yet."""

    home: Path
    url: str = ""
    seed: int = 1
    program: Program = field(init=False)
    case: CaseId = field(init=False)

    def __post_init__(self) -> None:
        self.clock = VirtualClock(BEGIN, self.seed)
        self.program = open_program(settings_of(self.home, self.url), self.clock)
        self.forms = FormBook(self.clock.now)
        self.people = self.read(active_people)

    def read(self, work: Any) -> Any:
        return self.program.database.read(work)

    def write(self, work: Any) -> Any:
        return self.program.database.write(work)

    def refer(self, mrn: str = "1", unit: str = "north") -> CaseId:
        """A client is referred now; the case."""
        client = self.write(
            lambda tx: register_client(
                tx, self.program.keyring, client_id=self.clock.new_id(), authority="SYNTH", mrn=mrn,
                demographics=Demographics(family="Example", given="Ada"), at=self.clock.now(),
            )
        )  # fmt: skip
        self.case = case_id_of(self.clock.new_id())
        command = StartCase(
            self.case, "case_lifecycle", client.id, SYSTEM_ACTOR, self.clock.now(), unit, facts={"source_type": "pcp"}
        )
        self.write(lambda tx: self.program.engine.execute(command, tx))
        return self.case

    def tasks(self) -> dict[str, TaskView]:
        """Open tasks of the case by element; of several the first."""
        page = self.read(
            lambda tx: self.program.reading.inbox(tx, ALL, InboxFilter(queue="all", case_id=self.case, limit=200))
        )
        return {task.element: task for task in reversed(page.items)}

    def answer(self, element: str, after: timedelta = timedelta(hours=1), **given: Any) -> str:
        """Answers a task a while later; its id."""
        self.pass_time(after)
        task = self.tasks()[element]
        found = self.read(lambda tx: self.program.reading.answerable(tx, ALL, task.id))
        now = self.clock.now()
        values = fill(self.forms, found.source, given, found.known, now) if found.source is not None else {}
        command = CompleteTask(task.id, self.actor(task.group), now, values)
        self.write(lambda tx: self.program.engine.execute(command, tx))
        return task.id

    def known(self, element: str) -> dict[str, Any]:
        """What the form of an open task would be filled with."""
        task = self.tasks()[element]
        found = self.read(lambda tx: self.program.reading.answerable(tx, ALL, task.id))
        return dict(found.known)

    def amend(self, task_id: str, why: str, /, *, by: str = "olivia-on-call", **given: Any) -> None:
        """Adds to a completed form."""
        self.pass_time(timedelta(hours=1))
        page = self.read(lambda tx: self.program.reading.task(tx, ALL, task_id))
        person = next((person for person in self.people if person.id == by and page.task.group in person.groups), None)
        actor = actor_of(person) if person is not None else self.actor(page.task.group)
        command = AmendTask(task_id, actor, self.clock.now(), why, given)
        self.write(lambda tx: self.program.engine.execute(command, tx))

    def tell(self, message: str, **payload: Any) -> None:
        """Sends a message to the case."""
        command = Correlate(self.case, message, SYSTEM_ACTOR, self.clock.now(), None, payload)
        self.write(lambda tx: self.program.engine.execute(command, tx))

    def pass_time(self, by: timedelta) -> None:
        """Lets time pass; timers fire when they are due."""
        until = self.clock.now() + by
        while (wake := self.read(self.program.engine.next_wake)) is not None and wake <= until:
            self.clock.advance_to(wake + timedelta(milliseconds=2))
            self.program.pump.fire_due(self.clock.now())
        self.clock.advance_to(until)

    def actor(self, group: str | None) -> Actor:
        fitting = [person for person in self.people if group is None or group in person.groups]
        fitting.sort(key=lambda person: (not person.may_assess, person.unit != "north", person.id))
        if not fitting:
            return Actor("test", frozenset({"service"}), frozenset({group or ""}), may_assess=True)
        return replace(actor_of(fitting[0]), may_assess=True)

    # -- the way to a plan

    def enrol(self, **consent: Any) -> str:
        """Up to the consent; the task of the consent."""
        self.refer()
        self.answer("register_referral", language="es", interpreter=True, payor="Plan A", member_id="M1")
        self.answer("screen_client", **ELIGIBLE)
        return self.answer("obtain_consent", **{**CONSENT, **consent})

    def assess(self, **more: Any) -> None:
        """Up to the draft of the plan."""
        self.answer("core_assessment", **more)
        for element in sorted(self.tasks()):
            if element not in {"review_risk", "draft_plan"}:
                self.answer(element)
        self.answer("review_risk", category="moderate", override_reason="Knows her well.")

    def authorise(self, **decision: Any) -> None:
        self.answer(
            "request_auth",
            service_class="home_health",
            urgency="standard",
            in_network=True,
            provider="Care at Home",
            units=12,
        )
        self.answer("decide_auth", **{"decision": "approved", "number": "A-77", **decision})

    def plan(self, **more: Any) -> str:
        """From a draft to the final plan; the task of the draft."""
        task_id = self.answer("draft_plan", **{**PLAN, **more})
        self.answer("approve_plan_client", decision="approved")
        self.answer("approve_plan_provider", decision="approved", comment="Fits.")
        return task_id

    def arrange(self) -> None:
        """From the final plan to Following-Up."""
        self.answer("arrange_service", intervention="Nurse visits", provider="Care at Home")
        self.answer("accept_referral", status="accepted")
        self.answer("confirm_started", status="started")
        self.answer("educate")

    def review(self, outcome: str, **more: Any) -> str:
        """The client calls, and the case is reviewed."""
        self.pass_time(timedelta(days=1))
        self.tell("client_contact")
        given = {
            "followup_outcome": outcome,
            "outcome_reason": f"Because of {outcome}.",
            "adherence": "full",
            "informant": "client",
            "channel": "phone",
        }
        return self.answer("contact_and_review", **{**given, **more})

    def follow(self) -> str:
        """A case in Following-Up with plan 1.0; the task of its draft."""
        self.enrol()
        self.assess()
        task_id = self.plan()
        self.authorise()
        self.arrange()
        return task_id

    # -- what is kept

    def chart(self, read: Any, *more: Any) -> Any:
        return self.read(lambda tx: read(tx, self.program.keyring, self.case, *more))

    @property
    def plan_file(self) -> Any:
        return self.chart(read_plan)

    @property
    def contacts(self) -> Any:
        return self.chart(read_contacts)

    @property
    def notes(self) -> Any:
        return self.chart(read_notes)

    @property
    def consents(self) -> Any:
        return self.chart(read_consents, self.clock.now().date())

    @property
    def referrals(self) -> Any:
        return self.chart(read_referrals)

    @property
    def authorisations(self) -> Any:
        return self.chart(read_authorisations)

    @property
    def risks(self) -> Any:
        return self.chart(read_risks)

    @property
    def profile(self) -> Any:
        return self.chart(read_profile)

    def facts(self) -> dict[str, Any]:
        """Case facts as the model knows them."""
        from engine.store import cases  # below the front door, in tests only

        held = self.read(lambda tx: cases.read_case(tx, self.program.keyring, self.case))
        return {name: fact.value for name, fact in held.facts.items()}
