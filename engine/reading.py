"""The engine's reading side: one object beside `Engine` that answers pages from rows, never from a case's state."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from database import Keyring, Row, Tx
from engine.deployment import identify, problems
from engine.errors import NotFound, StaleVersion
from engine.known import known_values
from engine.library import Library
from engine.mended import Linked
from engine.model import COMPLETED, Actor, Artefact, Case, CaseId, Problem, Scope, TaskId
from engine.ports import NO_ABILITIES, Abilities, Facts, FormCheck
from engine.queries import CaseFilter, InboxFilter, IncidentFilter, board, case, designs, inbox, incidents, statistics
from engine.queries import releases as listing
from engine.queries.statistics import Statistics
from engine.spiff import Release
from engine.store import cases, history, releases, tasks
from engine.views import (
    Answerable,
    ArtefactView,
    CaseView,
    DesignView,
    DiagramView,
    Event,
    IncidentGroup,
    IncidentView,
    Known,
    Page,
    ReleaseView,
    TaskPage,
    TaskView,
    TimerView,
)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Reading:
    """Every answer is within the given Scope; what is outside is NotFound."""

    keyring: Keyring
    forms: FormCheck
    facts: Facts
    library: Library
    abilities: Abilities = NO_ABILITIES

    def inbox(self, tx: Tx, scope: Scope, wanted: InboxFilter) -> Page[TaskView]:
        return inbox.inbox(tx, scope, wanted)

    def tasks(self, tx: Tx, scope: Scope, task_ids: Sequence[TaskId]) -> tuple[TaskView, ...]:
        return inbox.some(tx, scope, task_ids)

    def task(self, tx: Tx, scope: Scope, task_id: str) -> TaskPage:
        """A task with form, prefilled values with their age, draft, purpose and why it is there."""
        row, loaded, release = self._task(tx, scope, task_id)
        around = case.one(tx, Scope(scope.person, everything=True), row.case_id)
        if around is None:
            raise NotFound
        known = {name: Known(fact.value, fact.at, fact.source) for name, fact in loaded.facts.items()}
        values = self._values(tx, row, loaded)
        source = release.forms.get(row.form) if row.form is not None else None
        fields = self.forms.facts(source) if source is not None else {}
        reads = self.forms.reads(source) if source is not None else frozenset()
        return TaskPage(
            task=inbox.view(row),
            case=around,
            purpose=self._purpose(release, row.process, row.element),
            definition=self.forms.definition(source) if source is not None else None,
            values=self.forms.prefill(source, values) if source is not None else {},
            context={name: values[name] for name in reads if name in values},
            known={field: known[fact] for field, fact in fields.items() if fact in known},
            draft=tasks.open_draft(self.keyring, row.draft, row.id),
            why=case.step_events(tx, row.case_id, row.step),
            answers=tasks.open_answers(self.keyring, row.form_values, row.id),
            addenda=history.amendments(tx, self.keyring, row.case_id, row.id) if row.status == COMPLETED else (),
        )

    def answerable(self, tx: Tx, scope: Scope, task_id: str) -> Answerable:
        """What a program needs to answer a task: the bytes of its form and all values that the form's rules see."""
        row, loaded, release = self._task(tx, scope, task_id)
        source = release.forms.get(row.form) if row.form is not None else None
        return Answerable(inbox.view(row), source, self._values(tx, row, loaded))

    def _task(self, tx: Tx, scope: Scope, task_id: str) -> tuple[Row, Case, Release]:
        row = inbox.one(tx, scope, task_id)
        loaded = cases.read_case(tx, self.keyring, row.case_id) if row is not None else None
        if row is None or loaded is None:
            raise NotFound(f"Expected task '{task_id}', but there is none")
        return row, loaded, self.library.release(tx, loaded.release)

    def _values(self, tx: Tx, row: Row, loaded: Case) -> dict[str, Any]:
        given = tasks.open_prefill(self.keyring, row.prefill, row.id)
        return known_values(loaded.facts, self.facts.read(tx, loaded), given)

    @staticmethod
    def _purpose(release: Release, process: str, element: str) -> str | None:
        found = (item for item in release.elements.values() if item.process == process and item.id == element)
        return next((item.documentation for item in found), None)

    def cases(self, tx: Tx, scope: Scope, wanted: CaseFilter) -> Page[CaseView]:
        return case.listed(tx, scope, wanted)

    def case(self, tx: Tx, scope: Scope, case_id: str) -> CaseView:
        return _present(case.one(tx, scope, case_id), f"case '{case_id}'")

    def linked(self, tx: Tx, scope: Scope, case_id: str) -> tuple[Linked, ...]:
        """The cases that a case is linked to, as far as the reader may know of them."""
        self.case(tx, scope, case_id)
        return case.linked(tx, scope, case_id)

    def to_migrate(self, tx: Tx, process: str, release: str, after: str, limit: int) -> tuple[CaseId, ...]:
        """Running cases of a process that are not on `release`; for programs, so without a Scope. NotFound for an unknown release."""
        self.library.release(tx, release)
        return case.to_migrate(tx, process, release, after, limit)

    def on_releases(self, tx: Tx, process: str, release: str) -> dict[str, int]:
        """How many running cases of a process are on which release. NotFound for an unknown release."""
        self.release(tx, release)
        return case.on_releases(tx, process)

    def timeline(self, tx: Tx, scope: Scope, case_id: str, limit: int, cursor: str | None) -> Page[Event]:
        self.case(tx, scope, case_id)
        return case.timeline(tx, case_id, limit, cursor)

    def incidents(self, tx: Tx, scope: Scope, wanted: IncidentFilter) -> Page[IncidentView]:
        return incidents.listed(tx, scope, wanted)

    def incident_groups(self, tx: Tx, scope: Scope) -> tuple[IncidentGroup, ...]:
        return incidents.groups(tx, scope)

    def incident(self, tx: Tx, scope: Scope, incident_id: str) -> IncidentView:
        return _present(incidents.one(tx, scope, incident_id), f"incident '{incident_id}'")

    def names(self, tx: Tx, release_id: str) -> dict[tuple[str, str], str]:
        """(process, element) -> the name on the diagram, so that a timeline reads in words."""
        release = self.library.release(tx, release_id)
        return {(item.process, item.id): item.name for item in release.elements.values()}

    def process_names(self, tx: Tx, release_id: str | None) -> dict[str, str]:
        """Process -> its name in a release, in the active one for None; no file is read for it."""
        release = self.library.release(tx, release_id) if release_id is not None else self.library.active(tx)
        return {key: release.title("model", key) for key in release.models}

    def diagram(self, tx: Tx, scope: Scope, case_id: str, process: str | None) -> DiagramView:
        """One process of a case with its tokens, visits, timers and open tasks."""
        found = self.case(tx, scope, case_id)
        release = self.library.release(tx, found.release)
        key = process or found.process
        if key not in release.models:
            raise NotFound(f"Expected process '{key}' in release '{release.id}', but there is none")
        tokens, visits = board.tokens_of(tx, case_id), board.visits_of(tx, case_id)
        live = frozenset(owner for owner, _ in tokens)
        return DiagramView(
            process=key,
            release=release.id,
            source=release.models[key],
            processes=tuple(sorted({owner for owner, _ in [*tokens, *visits]} & release.models.keys() | {key})),
            tokens={element: n for (owner, element), n in tokens.items() if owner == key},
            visits={element: n for (owner, element), n in visits.items() if owner == key},
            timers=tuple(timer for timer in board.timers_of(tx, case_id) if timer.process == key),
            tasks=tuple(task for task in board.tasks_of(tx, case_id) if task.process == key),
            live=live,
        )

    def board(self, tx: Tx, process: str) -> DiagramView:
        """A process of the active release with counts over all cases; no client is behind any number."""
        release = self.library.active(tx)
        if process not in release.models:
            raise NotFound(f"Expected process '{process}' in release '{release.id}', but there is none")
        drawn = [item for item in release.elements.values() if item.process == process]
        counted, by_stage = board.tokens(tx, process), board.stages(tx, process)
        tokens = {item.id: counted[item.id] for item in drawn if item.id in counted and item.kind != "boundaryEvent"}
        tokens |= {item.id: by_stage[item.stage] for item in drawn if item.stage is not None and item.stage in by_stage}
        return DiagramView(
            process=process,
            release=release.id,
            source=release.models[process],
            processes=tuple(sorted(release.models)),
            tokens=tokens,
            visits=board.visits(tx, process),
            timers=(),
            tasks=(),
            live=frozenset(),
        )

    def timers(
        self, tx: Tx, scope: Scope, case_id: str | None, before: datetime | None, limit: int, cursor: str | None = None
    ) -> Page[TimerView]:
        if case_id is not None:
            self.case(tx, scope, case_id)
        elif not scope.everything:
            return Page((), None)
        return case.timer_rows(tx, case_id, before, limit, cursor)

    def timer(self, tx: Tx, scope: Scope, timer_id: str) -> TimerView:
        """A timer of a case that one may know of."""
        found = _present(case.timer(tx, timer_id), f"timer '{timer_id}'")
        self.case(tx, scope, found.case_id)
        return found

    def case_facts(self, tx: Tx, case_id: CaseId) -> dict[str, Known]:
        """The facts of a case with their ages; for the houses above."""
        sealed = case.sealed_facts(tx, case_id)
        facts = cases.open_facts(self.keyring, sealed, case_id) if sealed is not None else {}
        return {name: Known(fact.value, fact.at, fact.source) for name, fact in facts.items()}

    def statistics(self, tx: Tx, now: datetime) -> Statistics:
        """Counts over all cases for a report; a scan."""
        return Statistics(
            cases=statistics.case_counts(tx),
            tasks=statistics.task_counts(tx, now),
            stages=statistics.stage_changes(tx),
            elements=statistics.element_counts(tx),
            incidents=incidents.count(tx),
        )

    def releases(self, tx: Tx, limit: int, cursor: str | None = None) -> Page[ReleaseView]:
        return listing.listed(tx, limit, cursor)

    def release(self, tx: Tx, release_id: str) -> ReleaseView:
        return _present(listing.one(tx, release_id), f"release '{release_id}'")

    def artefacts(self, tx: Tx, release_id: str | None) -> tuple[ArtefactView, ...]:
        """The members of a release, of the active one for None."""
        release = self.library.release(tx, release_id) if release_id is not None else self.library.active(tx)
        return tuple(
            ArtefactView(
                row.kind, row.key, row.version, row.hash, row.file, self._title(release, row.kind, row.key, row.source)
            )
            for row in releases.members(tx, release.id)
        )

    def _title(self, release: Release, kind: str, key: str, source: bytes) -> str:
        return str(self.forms.definition(source).get("title", key)) if kind == "form" else release.title(kind, key)

    def artefact(self, tx: Tx, release_id: str, kind: str, key: str) -> bytes:
        for row in releases.members(tx, release_id):
            if (row.kind, row.key) == (kind, key):
                source: bytes = row.source
                return source
        raise NotFound(f"Expected {kind} '{key}' in release '{release_id}', but there is none")

    def designs(self, tx: Tx) -> tuple[DesignView, ...]:
        """Every artefact of the active release with its draft, and drafts that were never deployed."""
        drafts = {(row.kind, row.key): row for row in releases.drafts(tx)}
        found = {(item.kind, item.key): item for item in self._deployed(tx)}
        for key, row in drafts.items():
            title = found[key].title if key in found else row.key
            found[key] = designs.of_draft(row, title)
        return tuple(found[key] for key in sorted(found))

    def _deployed(self, tx: Tx) -> tuple[DesignView, ...]:
        active = releases.active(tx)
        if active is None:
            return ()
        release = self.library.release(tx, active[0])
        return tuple(
            designs.of_member(row, self._title(release, row.kind, row.key, row.source))
            for row in releases.members(tx, release.id)
        )

    def design(self, tx: Tx, kind: str, key: str) -> DesignView:
        return _present(
            next((item for item in self.designs(tx) if (item.kind, item.key) == (kind, key)), None), f"{kind} '{key}'"
        )

    def save_design(self, tx: Tx, kind: str, key: str, source: bytes, version: int, actor: Actor, at: datetime) -> None:
        """Keeps a draft; raises StaleVersion when another was saved since `version`."""
        row = releases.draft(tx, kind, key)
        current = row.version if row is not None else 0
        if current != version:
            raise StaleVersion(current)
        releases.save_draft(tx, kind, key, source, version, actor.id, at)

    def drop_design(self, tx: Tx, kind: str, key: str) -> None:
        releases.drop_draft(tx, kind, key)

    def check(self, tx: Tx, artefacts: Sequence[Artefact]) -> tuple[Problem, ...]:
        """Findings of the artefacts as part of the active release."""
        active = releases.active(tx)
        current = releases.as_artefacts(releases.members(tx, active[0])) if active is not None else ()
        return problems(artefacts, current, self.forms, self.abilities)

    def identify(self, file: str, source: bytes) -> Artefact:
        return identify(file, source, self.forms)


def _present(found: T | None, what: str) -> T:
    if found is None:
        raise NotFound(f"Expected {what}, but there is none")
    return found
