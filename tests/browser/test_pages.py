"""Every page: nothing for axe to find, no breach of the policy, nothing wider than a phone, the bpmn.io mark in sight."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.browser.conftest import ROOT, Visitor

pytestmark = pytest.mark.browser

AXE = ROOT / "web" / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
TOPMOST = """(mark) => {
  const box = mark.getBoundingClientRect();
  const seen = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
  return box.width > 20 && box.height > 10 && (mark.contains(seen) || seen === mark);
}"""


@dataclass(frozen=True)
class Place:
    """A page and how to get to it."""

    name: str
    role: str
    go: Callable[[Visitor], None]


def _first_task(visitor: Visitor) -> None:
    items = visitor.get("/tasks?queue=team&limit=1")["items"] or visitor.get("/tasks?queue=claimable&limit=1")["items"]
    visitor.open(f"/tasks/{items[0]['id']}")
    visitor.page.wait_for_selector("form.form")


def _long_form(visitor: Visitor) -> None:
    items = visitor.get("/tasks?queue=all&limit=200")["items"]
    long = next((item for item in items if item["element"] == "core_assessment"), None)
    if long is None:
        pytest.skip("nobody is assessed at the moment")
    visitor.open(f"/tasks/{long['id']}")
    visitor.page.wait_for_selector("form.form")


def _errors(visitor: Visitor) -> None:
    _first_task(visitor)
    claim = visitor.page.get_by_role("button", name="Claim", exact=True)
    if claim.count():
        claim.click()
    visitor.page.get_by_role("button", name="Complete").click()
    visitor.page.wait_for_selector(".summary, section.done, .failure")


def _first_case(visitor: Visitor) -> None:
    visitor.open(f"/cases/{visitor.get('/cases?status=active&limit=1')['items'][0]['id']}")
    visitor.page.wait_for_selector(".djs-shape")


def _drawn(path: str) -> Callable[[Visitor], None]:
    def go(visitor: Visitor) -> None:
        visitor.open(path)
        visitor.page.wait_for_selector(".djs-shape")

    return go


def _help(visitor: Visitor) -> None:
    visitor.open("/inbox")
    visitor.page.keyboard.press("?")
    visitor.page.wait_for_selector("dialog[open]")


def _time(visitor: Visitor) -> None:
    visitor.open("/inbox")
    visitor.page.get_by_role("button", name="Time machine").click()


def _start(visitor: Visitor) -> None:
    visitor.open("/cases")
    visitor.page.get_by_role("button", name="Start a case…").click()
    visitor.page.wait_for_selector("dialog[open]")


PLACES = [
    Place("inbox", "case_manager", lambda visitor: visitor.open("/inbox?queue=team")),
    Place("shortcuts", "case_manager", _help),
    Place("time machine", "case_manager", _time),
    Place("task", "case_manager", _first_task),
    Place("long form", "case_manager", _long_form),
    Place("task with errors", "case_manager", _errors),
    Place("cases", "administrator", lambda visitor: visitor.open("/cases")),
    Place("start a case", "case_manager", _start),
    Place("case", "case_manager", _first_case),
    Place("masked case", "administrator", _first_case),
    Place("board", "administrator", _drawn("/board")),
    Place("models", "designer", lambda visitor: visitor.open("/models")),
    Place("modeler", "designer", _drawn("/models/model-p1_screening")),
    Place("decision", "designer", lambda visitor: visitor.open("/models/decision-risk_category")),
    Place("form", "designer", lambda visitor: visitor.open("/models/form-outreach_48h")),
    Place("not found", "designer", lambda visitor: visitor.open("/nowhere")),
]
DRAWN = [place for place in PLACES if place.name in {"case", "masked case", "board", "modeler"}]
places = pytest.mark.parametrize("place", PLACES, ids=lambda place: place.name)


@pytest.fixture(scope="session")
def axe() -> str:
    if not AXE.exists():
        pytest.skip("axe-core is not installed: run `make web-test`")
    return Path(AXE).read_text()


@places
def test_axe_finds_nothing_in_light_or_dark(visit, axe, place):
    visitor = visit(place.role, bypass_csp=True, reduced_motion="reduce")
    place.go(visitor)
    visitor.page.evaluate(axe)

    found = []
    for scheme in ("light", "dark"):
        visitor.page.emulate_media(color_scheme=scheme)
        found += visitor.page.evaluate("(rules) => axe.run(document, {runOnly: rules})", RULES)["violations"]

    assert [(each["id"], [node["html"][:160] for node in each["nodes"]]) for each in found] == []


@places
def test_a_phone_shows_it_within_the_policy_and_without_sideways_scrolling(visit, place):
    visitor = visit(place.role, width=320, height=640)

    place.go(visitor)

    assert visitor.violations() == []
    assert visitor.complaints == []
    assert visitor.page.evaluate("document.documentElement.scrollWidth") <= 320


@pytest.mark.parametrize("place", DRAWN, ids=lambda place: place.name)
def test_the_bpmn_io_mark_is_visible_and_topmost(visit, place):
    visitor = visit(place.role)
    place.go(visitor)
    mark = visitor.page.locator(".bjs-powered-by")

    for width in (1440, 390):
        visitor.page.set_viewport_size({"width": width, "height": 900})
        mark.scroll_into_view_if_needed()

        assert mark.count() == 1
        assert mark.evaluate(TOPMOST)


def test_an_answer_chosen_right_after_an_error_line_went_is_not_lost(visit):
    visitor = visit("case_manager")
    _errors(visitor)
    page = visitor.page
    radio = page.locator(".form .option:not(.many)")
    if not page.locator(".summary").count() or not radio.count():
        pytest.skip("this form has no choice among its complaints")

    radio.first.evaluate("one => one.scrollIntoView({block: 'center'})")
    box = radio.first.bounding_box()
    page.mouse.move(box["x"] + 10, box["y"] + 10)
    page.mouse.down()
    page.wait_for_timeout(60)  # a slow finger: form-js loses this click
    page.mouse.up()

    assert radio.first.get_attribute("data-selected") == "true"
