"""Designs: models, decisions and forms as drafts; checked and deployed."""

from dataclasses import asdict
from typing import Any

from api import drafts
from api.body import LARGE
from api.caller import Caller, caller
from api.conditions import IfMatch, etag, if_match
from api.drafts import DesignId
from api.idempotency import once, receipt_of_request
from api.policies import DESIGNS_DEPLOY, DESIGNS_READ, DESIGNS_WRITE
from api.refusal import Refusal
from api.routing import Room, Takes
from api.shapes import designs as shapes
from api.shapes.tasks import Nothing
from database import Tx
from engine import DesignView

room = Room("designs", "Models, decisions and forms on their way into a release.")


@room.route("GET /designs", DESIGNS_READ, shapes.DesignList(), polled=True)
def list_designs() -> Any:
    """All designs."""
    who = caller()
    found = who.read(who.program.reading.designs)
    return {"items": [drafts.design_shown(item) for item in found], "next_cursor": None}


@room.route("GET /designs/<design:design_id>", DESIGNS_READ, shapes.DesignPage())
def read_design(design_id: str) -> Any:
    """The draft, or what is deployed."""
    return _page(caller(), DesignId.of(design_id))


def _page(who: Caller, design: DesignId) -> tuple[dict[str, Any], dict[str, str]]:
    view: DesignView = who.read(lambda tx: who.program.reading.design(tx, design.kind, design.key))
    return drafts.design_page(view), etag(drafts.tag_of(view))


@room.route(
    "PUT /designs/<design:design_id>",
    DESIGNS_WRITE,
    shapes.DesignPage(),
    takes=Takes(body=shapes.DesignSource(), headers=("If-Match",), largest=LARGE),
)
def save_design(body: dict[str, Any], design_id: str) -> Any:
    """Saves a draft; If-Match is the design's ETag, "0" for a new one."""
    who, design, wanted = caller(), DesignId.of(design_id), _required()
    who.write(lambda tx: drafts.save(tx, who, design, body["source"], wanted))
    return _page(who, design)


@room.route("DELETE /designs/<design:design_id>", DESIGNS_WRITE, status=204, takes=Takes(headers=("If-Match",)))
def discard_design(design_id: str) -> Any:
    """Discards the draft; what is deployed stays."""
    who, wanted = caller(), _required()
    who.write(lambda tx: drafts.drop(tx, who, DesignId.of(design_id), wanted))


def _required() -> IfMatch:
    wanted = if_match()
    if not wanted.given:
        raise Refusal("precondition-required")
    return wanted


@room.route(
    "POST /designs/<design:design_id>:check",
    DESIGNS_READ,
    shapes.Checked(),
    takes=Takes(body=shapes.DesignCheck(), largest=LARGE),
)
def check_design(body: dict[str, Any], design_id: str) -> Any:
    """Findings of a design as part of the next release."""
    who, design = caller(), DesignId.of(design_id)
    return who.read(lambda tx: _check(tx, who, design, body.get("source")))


def _check(tx: Tx, who: Caller, design: DesignId, source: str | None) -> dict[str, Any]:
    found = drafts.findings(tx, who, [drafts.artefact_of(tx, who, design, source)])
    return {"ok": all(item["severity"] != "error" for item in found), "problems": found}


@room.route(
    "POST /designs/<design:design_id>:deploy",
    DESIGNS_DEPLOY,
    shapes.Deployment(),
    takes=Takes(body=Nothing(), headers=("Idempotency-Key",)),
)
def deploy_design(body: dict[str, Any], design_id: str) -> Any:  # noqa: ARG001  # an empty object
    """Deploys a draft: a new release, or the active one when nothing changed. If-Match is compared when it is sent."""
    return _deploy(caller(), [DesignId.of(design_id)], if_match())


@room.route(
    "POST /designs:deploy",
    DESIGNS_DEPLOY,
    shapes.Deployment(),
    takes=Takes(body=shapes.DesignSet(), headers=("Idempotency-Key",)),
)
def deploy_designs(body: dict[str, Any]) -> Any:
    """Deploys several drafts as one release, so that a model and its new form come together."""
    return _deploy(caller(), [DesignId.of(item) for item in body["ids"]], IfMatch(given=False, tag="", version=None))


def _deploy(who: Caller, designs: list[DesignId], wanted: IfMatch) -> dict[str, Any]:
    receipt = receipt_of_request()

    def work(tx: Tx) -> dict[str, Any]:
        if wanted.given:
            drafts.require_tag(drafts.found(tx, who, designs[0]), wanted)
        return asdict(drafts.deploy(tx, who, designs))

    return who.write(lambda tx: once(who, tx, receipt, lambda: work(tx)))
