"""Designs on their way: the text of a draft, its version as an ETag, its findings, its deployment."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from api.caller import Caller
from api.causes import problem_member
from api.conditions import IfMatch
from api.refusal import Refusal
from database import Tx
from engine import Artefact, Deploy, Deployment, DesignView, NotFound, Problem, StaleVersion

ENDING = {"model": ".bpmn", "decision": ".dmn", "form": ".form.json"}


@dataclass(frozen=True, slots=True)
class DesignId:
    """`kind` is model, decision or form."""

    kind: str
    key: str

    @classmethod
    def of(cls, text: str) -> "DesignId":
        kind, _, key = text.partition("-")
        return cls(kind, key)

    def __str__(self) -> str:
        return f"{self.kind}-{self.key}"


def design_shown(view: DesignView) -> dict[str, Any]:
    """A design as an item of the list."""
    return {
        "id": f"{view.kind}-{view.key}",
        "kind": view.kind,
        "key": view.key,
        "title": view.title,
        "hash": view.hash,
        "has_draft": view.draft,
        "updated_at": view.updated_at,
    }


def design_page(view: DesignView) -> dict[str, Any]:
    return {**design_shown(view), "source": text_of(view.source), "draft": view.draft}


def text_of(source: bytes) -> str:
    """The text of a file, whatever it was encoded in."""
    for encoding in ("utf-8-sig", "utf-16"):
        try:
            return source.decode(encoding)
        except UnicodeDecodeError:
            continue
    return source.decode("latin-1")


def tag_of(view: DesignView) -> str:
    """The ETag: a draft's version, and the content, since a discarded draft's numbers begin again."""
    return f"{view.version}-{view.hash[:16]}"


def found(tx: Tx, who: Caller, design: DesignId) -> DesignView | None:
    """The draft, or what is deployed; None for a design that is neither."""
    try:
        return who.program.reading.design(tx, design.kind, design.key)
    except NotFound:
        return None


def require_tag(view: DesignView | None, wanted: IfMatch) -> int:
    """The version to replace; 0 for a new design. Raises StaleVersion."""
    version = view.version if view is not None else 0
    fits = wanted.tag == "*" or (wanted.tag == tag_of(view) if view is not None else wanted.tag == "0")
    if not fits:
        raise StaleVersion(version)
    return version


def save(tx: Tx, who: Caller, design: DesignId, source: str, wanted: IfMatch) -> None:
    """Keeps a draft. Raises StaleVersion when another was saved meanwhile."""
    version = require_tag(found(tx, who, design), wanted)
    who.program.reading.save_design(tx, design.kind, design.key, source.encode(), version, who.actor, who.now)


def drop(tx: Tx, who: Caller, design: DesignId, wanted: IfMatch) -> None:
    """Discards a draft. Raises NotFound without one, StaleVersion."""
    view = found(tx, who, design)
    if view is None or not view.draft:
        raise NotFound
    require_tag(view, wanted)
    who.program.reading.drop_design(tx, design.kind, design.key)


def artefact_of(tx: Tx, who: Caller, design: DesignId, source: str | None = None) -> Artefact:
    """A design as it would be deployed, under the file name that it has."""
    view = who.program.reading.design(tx, design.kind, design.key)
    members = who.program.reading.artefacts(tx, None)
    file = next((item.file for item in members if (item.kind, item.key) == (design.kind, design.key)), None)
    content = view.source if source is None else source.encode()
    return Artefact(design.kind, design.key, content, file or f"{design.key}{ENDING[design.kind]}")


def findings(tx: Tx, who: Caller, artefacts: Sequence[Artefact]) -> list[dict[str, Any]]:
    """What the linter says, and whether each design still has its key."""
    moved = [problem for artefact in artefacts for problem in _moved(who, artefact)]
    return [problem_member(item) for item in [*moved, *who.program.reading.check(tx, artefacts)]]


def _moved(who: Caller, artefact: Artefact) -> list[Problem]:
    key = who.program.reading.identify(f"{artefact.key}{ENDING[artefact.kind]}", artefact.source).key
    if key == artefact.key:
        return []
    message = f"Expected the id '{artefact.key}' of this design, but the file says '{key}'"
    return [Problem(artefact.file, None, None, "design-key", "error", message)]


def deploy(tx: Tx, who: Caller, designs: Sequence[DesignId]) -> Deployment:
    """Deploys designs as one release and discards their drafts. Raises ReleaseRejected, Refusal."""
    artefacts = tuple(artefact_of(tx, who, design) for design in designs)
    moved = [problem for artefact in artefacts for problem in _moved(who, artefact)]
    if moved:
        members = {"problems": [problem_member(item) for item in moved]}
        raise Refusal("release-rejected", moved[0].message, members=members)
    answer: Deployment = who.program.engine.execute(Deploy(artefacts, who.actor, who.now), tx)
    for design in designs:
        who.program.reading.drop_design(tx, design.kind, design.key)
    return answer
