"""What a model draws, read once when a release is compiled: its processes, elements with our attributes, scopes and event starts."""

from collections.abc import Iterator, Mapping

from engine.spiff.elements import NINEFOLD, Assignment, Element, EventStart, Mappings, Process, bpmn
from engine.spiff.environment import CONDITION
from engine.spiff.normalise import (
    CODES,
    NODES,
    PYTHON,
    TIMERS,
    event_subprocesses,
    language_of,
    text_of,
)
from engine.xml import Root, local_name


def processes(root: Root) -> tuple[Process, ...]:
    """The processes of a model, in document order."""
    return tuple(
        Process(
            process.get("id", ""),
            process.get("name", process.get("id", "")),
            process.get(f"{{{NINEFOLD}}}grade"),
            process.get(f"{{{NINEFOLD}}}outcome"),
        )
        for process in root.iter(bpmn("process"))
    )


def elements(root: Root) -> Mapping[tuple[str, str], Element]:
    """Flow nodes by (id of the nearest process or subprocess around them, own id)."""
    found = {}
    for process in root.iter(bpmn("process")):
        for scope, node in _nodes(process, process.get("id", "")):
            found[scope, node.get("id", "")] = _element(node, process.get("id", ""))
    return found


def scopes(root: Root) -> Mapping[str, str]:
    """Id of each process and subprocess -> key of the process that draws it."""
    found = {}
    for process in root.iter(bpmn("process")):
        key = process.get("id", "")
        found[key] = key
        found.update({sub.get("id", ""): key for sub in process.iter(bpmn("subProcess"), bpmn("transaction"))})
    return found


def event_starts(root: Root) -> Mapping[str, tuple[EventStart, ...]]:
    """Id of each process and subprocess -> the starts of the event subprocesses in it."""
    named = {
        (kind, item.get("id")): item.get(attribute)
        for kind, attribute in CODES.items()
        for item in root.iter(bpmn(kind))
    }
    found: dict[str, tuple[EventStart, ...]] = {}
    for sub in event_subprocesses(root):
        scope = sub.getparent().get("id", "")
        start = sub.find(bpmn("startEvent"))
        definition = next(child for child in start if local_name(child).endswith("EventDefinition"))
        kind = local_name(definition).removesuffix("EventDefinition")
        timer = next((child for child in definition if local_name(child) in TIMERS), None)
        item = EventStart(
            sub=sub.get("id", ""),
            element=start.get("id", ""),
            kind=kind,
            name=named.get((kind, definition.get(f"{kind}Ref"))),
            text=f"{local_name(timer)}:{text_of(timer)}" if timer is not None else _condition_of(definition),
            interrupting=start.get("isInterrupting", "true") == "true",
        )
        found[scope] = (*found.get(scope, ()), item)
    return found


def _condition_of(definition: Root) -> str:
    condition = definition.find(bpmn("condition"))
    return "" if condition is None else CONDITION + text_of(condition)


def _nodes(container: Root, scope: str) -> Iterator[tuple[str, Root]]:
    for child in container:
        if child.tag in NODES:
            yield scope, child
            if child.tag in {bpmn("subProcess"), bpmn("transaction")}:
                yield from _nodes(child, child.get("id", ""))


def _element(node: Root, process: str) -> Element:
    def own(name: str) -> str | None:
        found: str | None = node.get(f"{{{NINEFOLD}}}{name}")
        return found

    priority = own("priority") or "50"
    script = node.find(bpmn("script"))
    documentation = node.find(bpmn("documentation"))
    kind = NODES[node.tag]
    return Element(
        id=node.get("id", ""),
        kind=kind,
        process=process,
        name=node.get("name") or node.get("id", ""),
        documentation=text_of(documentation) or None,
        form=own("form"),
        group=own("group"),
        prefill=own("prefill"),
        due=own("due"),
        due_business_days=own("dueBusinessDays"),
        due_from=own("dueFrom"),
        priority=int(priority) if priority.isdecimal() else 50,
        may_assess=own("mayAssess") == "true",
        stage=own("stage"),
        decision=own("decision") if kind == "businessRuleTask" else None,
        result=own("result"),
        fact=own("fact"),
        operation=own("operation") if kind in {"serviceTask", "sendTask"} else None,
        parameters=own("parameters"),
        script=_script(script, node) if kind == "scriptTask" else None,
        python=kind == "scriptTask" and language_of(node) == PYTHON,
        correlation=own("correlation"),
        answer=own("answer") if kind in {"serviceTask", "sendTask"} else None,
        mappings=mappings_of(node),
    )


def _script(script: Root | None, task: Root) -> str:
    """Python as it stands, since its indentation counts."""
    return text_of(script) if script is None or language_of(task) != PYTHON else script.text or ""


def mappings_of(node: Root) -> Mappings | None:
    """The input and output mappings of an activity, in their order; None without any."""
    path = f"{bpmn('extensionElements')}/{{{NINEFOLD}}}ioMapping/{{{NINEFOLD}}}"
    inputs, outputs = (
        tuple(Assignment(item.get("source", ""), item.get("target", "")) for item in node.findall(path + kind))
        for kind in ("input", "output")
    )
    return Mappings(inputs, outputs) if inputs or outputs else None
