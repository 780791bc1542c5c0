from collections.abc import Callable

import pytest

from tests.api.site import FORM, MODEL, Visitor, pointers, slug

RENAMED = MODEL.replace("Call the client", "Ring the client")
BROKEN = MODEL.replace('targetRef="end"', 'targetRef="nowhere"')


@pytest.fixture
def dora(visit: Callable[[str], Visitor]) -> Visitor:
    return visit("dora-designer")


def draft(dora: Visitor, source: str, design: str = "model-visit") -> dict:
    tag = dora.send("GET", f"/designs/{design}").headers["ETag"]
    answer = dora.send("PUT", f"/designs/{design}", {"source": source}, If_Match=tag)
    assert answer.status_code == 200, answer.json
    return answer.json


def test_what_is_deployed_can_be_opened(dora: Visitor) -> None:
    items = {item["id"]: item for item in dora.get("/designs")["items"]}
    page = dora.get("/designs/model-visit")

    assert set(items) == {"model-visit", "form-call"}
    assert (items["model-visit"]["title"], items["form-call"]["title"]) == ("Visit", "Call")
    assert page["source"] == MODEL
    assert (page["draft"], page["has_draft"], page["kind"], page["key"]) == (False, False, "model", "visit")
    assert slug(dora.send("GET", "/designs/model-none")) == (404, "not-found")
    assert slug(dora.send("GET", "/designs/visit")) == (404, "not-found")


def test_a_draft_is_saved_checked_deployed_and_gone(dora: Visitor, nora: Visitor, client_id: str) -> None:
    saved = draft(dora, RENAMED)
    checked = dora.post("/designs/model-visit:check").json
    deployed = dora.post("/designs/model-visit:deploy", Idempotency_Key="d1").json
    again = dora.post("/designs/model-visit:deploy", Idempotency_Key="d1").json

    assert (saved["draft"], saved["source"]) == (True, RENAMED)
    assert checked["ok"] is True
    assert deployed["release"] == "r2"
    assert again == deployed
    assert [(item["key"], item["version"], item["changed"]) for item in deployed["deployed"]] == [("visit", 2, True)]
    assert dora.get("/designs/model-visit")["has_draft"] is False
    nora.post("/cases", {"process": "visit", "client_id": client_id})
    assert nora.get("/tasks")["items"][0]["name"] == "Ring the client"


def test_the_same_content_again_is_the_same_release(dora: Visitor) -> None:
    answer = dora.post("/designs/model-visit:deploy").json

    assert answer["release"] == "r1"
    assert [item["changed"] for item in answer["deployed"]] == [False]


def test_an_unsound_draft_is_reported_and_not_deployed(dora: Visitor) -> None:
    draft(dora, BROKEN)

    checked = dora.post("/designs/model-visit:check").json
    refused = dora.post("/designs/model-visit:deploy")

    assert checked["ok"] is False
    assert {"file", "element", "line", "rule", "severity", "message"} == set(checked["problems"][0])
    assert slug(refused) == (422, "release-rejected")
    assert refused.json["problems"]
    assert len(dora.get("/releases")["items"]) == 1
    assert dora.get("/designs/model-visit")["has_draft"] is True


@pytest.mark.parametrize("source", ["not xml", "<a/>", "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"])
def test_any_text_at_all_gets_findings(dora: Visitor, source: str) -> None:
    answer = dora.post("/designs/model-visit:check", {"source": source})

    assert answer.status_code == 200, answer.json
    assert answer.json["ok"] is False


def test_a_changed_process_id_is_found(dora: Visitor) -> None:
    draft(dora, MODEL.replace('id="visit"', 'id="visit_two"'))

    rules = [item["rule"] for item in dora.post("/designs/model-visit:check").json["problems"]]

    assert "design-key" in rules
    assert slug(dora.post("/designs/model-visit:deploy")) == (422, "release-rejected")


def test_two_designers_do_not_overwrite_each_other(dora: Visitor) -> None:
    tag = dora.send("GET", "/designs/model-visit").headers["ETag"]
    draft(dora, RENAMED)

    assert slug(dora.send("PUT", "/designs/model-visit", {"source": MODEL})) == (428, "precondition-required")
    assert slug(dora.send("PUT", "/designs/model-visit", {"source": MODEL}, If_Match=tag)) == (412, "stale-version")
    assert slug(dora.send("DELETE", "/designs/model-visit", If_Match=tag)) == (412, "stale-version")
    assert slug(dora.post("/designs/model-visit:deploy", If_Match=tag)) == (412, "stale-version")
    assert dora.get("/designs/model-visit")["source"] == RENAMED


def test_the_tag_of_a_discarded_draft_fits_no_later_one(dora: Visitor) -> None:
    draft(dora, RENAMED)
    tag = dora.send("GET", "/designs/model-visit").headers["ETag"]
    assert slug(dora.send("DELETE", "/designs/model-visit")) == (428, "precondition-required")
    assert dora.send("DELETE", "/designs/model-visit", If_Match=tag).status_code == 204
    assert dora.get("/designs/model-visit")["source"] == MODEL
    assert slug(dora.send("DELETE", "/designs/model-visit", If_Match="*")) == (404, "not-found")

    draft(dora, MODEL.replace("Visit", "Call"))

    assert slug(dora.send("PUT", "/designs/model-visit", {"source": MODEL}, If_Match=tag)) == (412, "stale-version")


def test_a_new_form_and_the_model_that_needs_it_are_deployed_together(dora: Visitor) -> None:
    form = FORM.replace('"id": "call"', '"id": "again"', 1)
    model = MODEL.replace('name="Look again"', 'name="Look again" ninefold:form="again"')
    made = dora.send("PUT", "/designs/form-again", {"source": form}, If_Match='"0"')
    assert made.status_code == 200, made.json
    draft(dora, model)

    assert slug(dora.post("/designs/model-visit:deploy")) == (422, "release-rejected")
    both = dora.post("/designs:deploy", {"ids": ["form-again", "model-visit"]})

    assert both.status_code == 200, both.json
    assert {item["key"] for item in both.json["deployed"]} == {"again", "visit"}
    assert [item["has_draft"] for item in dora.get("/designs")["items"]] == [False, False, False]


def test_ids_of_a_set_are_ids_of_designs(dora: Visitor) -> None:
    assert slug(dora.post("/designs:deploy", {"ids": ["visit"]})) == (404, "not-found")
    assert pointers(dora.post("/designs:deploy", {"ids": []})) == ["#/ids"]


def test_a_source_over_5_mb_is_refused(dora: Visitor) -> None:
    big = dora.send("PUT", "/designs/model-visit", {"source": "x" * 5_000_001}, If_Match="*")
    huge = dora.send("PUT", "/designs/model-visit", {"source": "x" * 6_000_000}, If_Match="*")

    assert pointers(big) == ["#/source"]
    assert slug(huge) == (413, "too-large")


def test_releases_keep_the_bytes(dora: Visitor) -> None:
    draft(dora, RENAMED)
    dora.post("/designs/model-visit:deploy")

    items = dora.get("/releases")["items"]
    page = dora.get("/releases/r1")
    old = dora.send("GET", "/releases/r1/artefacts/model-visit")
    new = dora.send("GET", "/releases/r2/artefacts/model-visit")
    form = dora.send("GET", "/releases/r2/artefacts/form-call")

    assert [(item["id"], item["active"]) for item in items] == [("r2", True), ("r1", False)]
    assert {(item["kind"], item["key"]) for item in page["artefacts"]} == {("model", "visit"), ("form", "call")}
    assert (old.data, new.data, form.data) == (MODEL.encode(), RENAMED.encode(), FORM.encode())
    assert old.headers["Content-Security-Policy"] == "sandbox"
    assert form.mimetype == "application/json"
    assert slug(dora.send("GET", "/releases/r9")) == (404, "not-found")
    assert slug(dora.send("GET", "/releases/r1/artefacts/model-none")) == (404, "not-found")


def test_only_designers_change_designs(visit: Callable[[str], Visitor], nora: Visitor) -> None:
    adam = visit("adam-administrator")

    assert adam.get("/designs/model-visit")["source"] == MODEL
    assert slug(adam.send("PUT", "/designs/model-visit", {"source": MODEL}, If_Match="*")) == (403, "right-missing")
    assert slug(adam.post("/designs/model-visit:deploy")) == (403, "right-missing")
    assert slug(nora.send("GET", "/designs")) == (403, "right-missing")
