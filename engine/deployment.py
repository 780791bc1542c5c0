"""Checking and deploying artefacts: a set is looked at as a whole, and only a sound one becomes the active release."""

from collections.abc import Iterable, Mapping
from pathlib import PurePath

from database import Row, Tx
from engine.commands.deploy import Deploy, merged
from engine.errors import EngineError, ReleaseRejected
from engine.model import Artefact, Problem
from engine.ports import NO_ABILITIES, Abilities, FormCheck
from engine.spiff import check
from engine.spiff.elements import bpmn
from engine.store import releases
from engine.views import Deployed, Deployment
from engine.xml import XmlRejected, parse_xml

SUFFIXES = {".bpmn": "model", ".dmn": "decision", ".form.json": "form"}


class UnknownKind(EngineError):
    """Expected a file that ends in .bpmn, .dmn or .form.json."""

    code = "unknown-kind"


def identify(file: str, source: bytes, forms: FormCheck) -> Artefact:
    """Kind by the file's ending, key by its content (process, decision or form id), by its name where the content has none."""
    name = PurePath(file).name
    kind = next((kind for suffix, kind in SUFFIXES.items() if name.endswith(suffix)), None)
    if kind is None:
        raise UnknownKind
    stem = name.split(".", maxsplit=1)[0]
    return Artefact(kind, (forms.key(source) if kind == "form" else _xml_key(kind, source)) or stem, source, name)


def _xml_key(kind: str, source: bytes) -> str | None:
    try:
        root = parse_xml(source)
    except XmlRejected:
        return None
    if kind == "model":
        return next((process.get("id") for process in root.iter(bpmn("process")) if process.get("id")), None)
    named = (item.get("id") for item in root.iter() if isinstance(item.tag, str) and item.tag.endswith("}decision"))
    return next(named, None)


def check_set(
    artefacts: Iterable[Artefact], forms: FormCheck, abilities: Abilities = NO_ABILITIES
) -> tuple[Problem, ...]:
    """Every finding over artefacts that are to be a release by themselves."""
    return check(artefacts, forms.problems, abilities, forms.facts)


def problems(
    artefacts: Iterable[Artefact], current: Iterable[Artefact], forms: FormCheck, abilities: Abilities = NO_ABILITIES
) -> tuple[Problem, ...]:
    """Findings of the set that would become the next release, those of the changed files only."""
    changed = tuple(artefacts)
    files = {item.file for item in changed}
    found = check(merged(current, changed), forms.problems, abilities, forms.facts)
    return tuple(item for item in found if item.file in files or item.severity == "error")


def deploy(command: Deploy, tx: Tx, forms: FormCheck, abilities: Abilities = NO_ABILITIES) -> Deployment:
    """Raises ReleaseRejected when the set has an error. The same content again gives the active release, unchanged."""
    active = releases.active(tx)
    rows = releases.members(tx, active[0]) if active is not None else ()
    held = {(row.kind, row.key): row for row in rows}
    changed = {
        (item.kind, item.key)
        for item in command.artefacts
        if (item.kind, item.key) not in held or held[item.kind, item.key].hash != releases.content_hash(item.source)
    }
    if not changed and active is not None:
        return Deployment(active[0], _deployed(command, held, changed))
    everything = merged(releases.as_artefacts(rows), command.artefacts)
    found = check(everything, forms.problems, abilities, forms.facts)
    if any(item.severity == "error" for item in found):
        raise ReleaseRejected(found)
    number = active[1] + 1 if active is not None else 1
    stored = releases.stored_hashes(tx, [releases.content_hash(item.source) for item in everything])
    new = {releases.content_hash(item.source): item for item in everything}
    members = [
        {
            "kind": item.kind,
            "key": item.key,
            "hash": releases.content_hash(item.source),
            "file": item.file,
            "version": _version(item, held, changed),
        }
        for item in everything
    ]
    fresh = [item for name, item in new.items() if name not in stored]
    release = releases.insert(tx, number, members, fresh, command.actor.id, command.at)
    return Deployment(release, _deployed(command, held, changed))


def _version(item: Artefact, held: Mapping[tuple[str, str], Row], changed: set[tuple[str, str]]) -> int:
    row = held.get((item.kind, item.key))
    before: int = getattr(row, "version", 0)
    return before + 1 if (item.kind, item.key) in changed else before


def _deployed(
    command: Deploy, held: Mapping[tuple[str, str], Row], changed: set[tuple[str, str]]
) -> tuple[Deployed, ...]:
    return tuple(
        Deployed(
            item.kind,
            item.key,
            _version(item, held, changed),
            releases.content_hash(item.source),
            (item.kind, item.key) in changed,
        )
        for item in command.artefacts
    )
