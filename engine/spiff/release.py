"""A release compiled: models parsed once into shared specs, decisions into tables, forms kept as bytes. Cached per release id."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from SpiffWorkflow.bpmn.parser.ValidationException import ValidationException
from SpiffWorkflow.exceptions import SpiffWorkflowException

from engine.decisions import Decision, DecisionService, Model, read_models
from engine.model import Artefact, Problem
from engine.ports import NO_ABILITIES, Abilities
from engine.spiff import drawn, normalise
from engine.spiff.conditional import is_conditional
from engine.spiff.elements import Element, Process
from engine.spiff.instances import connect_loops
from engine.spiff.lint import lint_model
from engine.spiff.lint_abilities import lint_abilities
from engine.spiff.lint_names import unknown_names
from engine.spiff.lint_set import lint_set
from engine.spiff.lint_tables import TableLint
from engine.spiff.mapping import connect_mappings
from engine.spiff.parser import ModelParser
from engine.spiff.specs import isolate_event_subprocesses
from engine.xml import Root, XmlRejected, parse_xml

FormProblems = Callable[[bytes, str], Iterable[Problem]]
FormReads = Callable[[bytes], frozenset[str]]
TableProblems = Callable[[Root, Model], Iterable[Problem]]


@dataclass(frozen=True, slots=True)
class Specs:
    """The library's graph of one process with everything it calls; shared by all cases, never changed."""

    spec: Any
    subprocess_specs: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Release:
    """All that a step needs of a release. `forms` and `models` are the deployed bytes by key; `conditional` when a model has a conditional event."""

    id: str
    models: Mapping[str, bytes]
    forms: Mapping[str, bytes]
    decisions: Mapping[str, Decision | DecisionService]
    elements: Mapping[tuple[str, str], Element]
    processes: Mapping[str, Process]
    scopes: Mapping[str, str]
    specs: Mapping[str, Specs] = field(default_factory=dict)
    form_reads: Mapping[str, frozenset[str]] = field(default_factory=dict)
    conditional: bool = False

    def element(self, my_task: Any) -> Element | None:  # Any: a library task
        """The element a library task belongs to; None for the library's inner nodes."""
        return self.elements.get((my_task.workflow.spec.name, getattr(my_task.task_spec, "bpmn_id", None) or ""))

    def title(self, kind: str, key: str) -> str:
        if kind == "model" and key in self.processes:
            return self.processes[key].name
        if kind == "decision" and key in self.decisions:
            return self.decisions[key].name
        return key


@dataclass(slots=True)
class _Reading:
    problems: list[Problem] = field(default_factory=list)
    roots: dict[str, Root] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    tables: list[tuple[Root, str]] = field(default_factory=list)
    decisions: dict[str, Decision | DecisionService] = field(default_factory=dict)


def check(
    artefacts: Iterable[Artefact],
    form_problems: FormProblems,
    abilities: Abilities = NO_ABILITIES,
    form_facts: Callable[[bytes], Mapping[str, str]] | None = None,
) -> tuple[Problem, ...]:
    """Every finding over a set of artefacts that is to become a release of a program with these abilities.

    `form_facts` names the case facts that a sound form gives, by field.
    """
    reading = _Reading()
    release, problems = _compile("", tuple(artefacts), form_problems, TableLint().problems, reading)
    found = [*problems, *lint_abilities(reading.roots, reading.files, abilities)]
    if form_facts is None or abilities.names is None or any(item.severity == "error" for item in found):
        return tuple(found)
    facts = {fact for source in release.forms.values() for fact in form_facts(source).values()}
    return (*found, *unknown_names(reading.roots, reading.files, abilities.names | facts | release.forms.keys()))


def compile_release(release_id: str, artefacts: Iterable[Artefact], form_reads: FormReads) -> Release:
    """A release from artefacts that were checked when they were deployed; `form_reads` names what a form reads outside itself."""
    release = _compile(release_id, tuple(artefacts), lambda *_form: (), lambda *_table: (), _Reading())[0]
    return replace(release, form_reads={key: form_reads(source) for key, source in release.forms.items()})


def _compile(
    release_id: str,
    artefacts: tuple[Artefact, ...],
    form_problems: FormProblems,
    table_problems: TableProblems,
    reading: _Reading,
) -> tuple[Release, tuple[Problem, ...]]:
    forms = {artefact.key: artefact.source for artefact in artefacts if artefact.kind == "form"}
    for artefact in artefacts:
        if artefact.kind == "form":
            reading.problems.extend(form_problems(artefact.source, artefact.file))
        else:
            _read_xml(artefact, reading)
    _read_decisions(reading, table_problems)
    release = Release(
        id=release_id,
        models={artefact.key: artefact.source for artefact in artefacts if artefact.kind == "model"},
        forms=forms,
        decisions=reading.decisions,
        elements={key: item for root in reading.roots.values() for key, item in drawn.elements(root).items()},
        processes={process.key: process for root in reading.roots.values() for process in drawn.processes(root)},
        scopes={key: owner for root in reading.roots.values() for key, owner in drawn.scopes(root).items()},
    )
    if not any(problem.rule == "too-many" for problem in reading.problems):
        names = frozenset(forms), frozenset(reading.decisions)
        reading.problems.extend(lint_set(reading.roots, reading.files, *names))
    if any(problem.severity == "error" for problem in reading.problems):
        return release, tuple(reading.problems)
    specs, problems = _specs(reading)
    unique = _unique(specs)
    for spec in unique:
        connect_mappings(spec, {key: item.mappings for key, item in release.elements.items()})
    compiled = replace(release, specs=specs, conditional=any(map(is_conditional, unique)))
    return compiled, (*reading.problems, *problems)


def _unique(specs: Mapping[str, Specs]) -> tuple[Any, ...]:
    """Each graph of a release once: processes share what they call."""
    return tuple(
        {id(spec): spec for each in specs.values() for spec in [each.spec, *each.subprocess_specs.values()]}.values()
    )


def _read_xml(artefact: Artefact, reading: _Reading) -> None:
    try:
        root = parse_xml(artefact.source)
    except XmlRejected as error:
        reading.problems.append(Problem(artefact.file, None, error.line, error.code, "error", str(error)))
        return
    if artefact.kind == "decision":
        reading.tables.append((root, artefact.file))
        return
    found = lint_model(root, artefact.file)
    reading.problems.extend(found)
    reading.files[artefact.key] = artefact.file
    reading.roots[artefact.key] = root


def _read_decisions(reading: _Reading, table_problems: TableProblems) -> None:
    """All files of decisions at once: they may import one another."""
    owners: dict[str, str] = {}
    for (root, file), model in zip(reading.tables, read_models(reading.tables), strict=True):
        reading.problems.extend(
            Problem(file, item.element, item.line, "decision", "error", str(item)) for item in model.problems
        )
        if model.problems:
            continue
        decisions: tuple[Decision | DecisionService, ...] = (*model.decisions, *model.services)
        for each in decisions:
            if each.id in owners:
                sentence = f"Expected ids of decisions to differ between files, but {owners[each.id]} has it too"
                reading.problems.append(Problem(file, each.id, None, "id-twice", "error", sentence))
            owners.setdefault(each.id, file)
        reading.decisions.update({decision.id: decision for decision in decisions})
        reading.problems.extend(table_problems(root, model))


def _specs(reading: _Reading) -> tuple[Mapping[str, Specs], tuple[Problem, ...]]:
    parser = ModelParser()
    try:
        for key, root in reading.roots.items():
            parser.add_bpmn_xml(normalise.normalise(root), reading.files[key])
        keys = {process.key for root in reading.roots.values() for process in drawn.processes(root)}
        found = {
            process: Specs(parser.get_spec(process), parser.get_subprocess_specs(process))
            for process in parser.get_process_ids()
            if process in keys
        }
    except (ValidationException, SpiffWorkflowException) as error:
        file = getattr(error, "file_name", None) or next(iter(reading.files.values()), "")
        place, line = getattr(error, "id", None) or None, getattr(error, "sourceline", None)
        return {}, (Problem(file, place, line, "not-runnable", "error", _reason(error)),)
    starts = {scope: items for root in reading.roots.values() for scope, items in drawn.event_starts(root).items()}
    for spec in _unique(found):
        isolate_event_subprocesses(spec, starts.get(spec.name, ()))
        connect_loops(spec)
    return found, ()


def _reason(error: Exception) -> str:
    return f"Expected a model that can run, but the engine refused it ({type(error).__name__})"
