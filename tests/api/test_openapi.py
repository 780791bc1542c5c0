import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask

from api.refusal import KINDS
from tests.api.site import Visitor


@pytest.fixture
def document(app: Flask) -> dict[str, Any]:
    return Visitor(app).get("/openapi.json")


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any], list[Any]]]:
    for path, item in document["paths"].items():
        shared = item.get("parameters", [])
        for method, operation in item.items():
            if method != "parameters":
                yield path, method, operation, [*shared, *operation.get("parameters", [])]


def references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, item in value.items():
            if key == "$ref":
                yield item
            else:
                yield from references(item)
    elif isinstance(value, list):
        for item in value:
            yield from references(item)


def test_the_document_is_openapi_3_1(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1")
    assert document["info"]["title"] == "Ninefold"
    assert all(f"{slug}" in document["info"]["description"] for slug in KINDS)


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    for reference in references(document):
        at: Any = document
        for part in reference.removeprefix("#/").split("/"):
            at = at[part]


def test_operations_have_ids_summaries_answers_and_all_path_parameters(document: dict[str, Any]) -> None:
    ids = [operation["operationId"] for _, _, operation, _ in operations(document)]

    assert len(ids) == len(set(ids))
    for path, method, operation, parameters in operations(document):
        declared = {item["name"] for item in parameters if item["in"] == "path"}
        assert declared == set(re.findall(r"{(\w+)}", path)), (path, method)
        assert all(item["required"] for item in parameters if item["in"] == "path")
        assert operation["summary"]
        assert "application/problem+json" in operation["responses"]["default"]["content"]
        assert any(status.startswith("2") for status in operation["responses"])
        assert "requestBody" not in operation or method in {"post", "put"}


def test_every_schema_and_every_field_is_described(document: dict[str, Any]) -> None:
    bare = []
    for name, schema in document["components"]["schemas"].items():
        if not schema.get("description"):
            bare.append(name)
        bare += [
            f"{name}.{field}"
            for field, found in schema.get("properties", {}).items()
            if not found.get("description") and "$ref" not in found
        ]

    assert bare == []


def test_every_example_of_a_body_has_only_fields_of_its_schema_and_all_that_it_requires(
    document: dict[str, Any],
) -> None:
    found = 0
    for path, _, operation, _ in operations(document):
        for content in operation.get("requestBody", {}).get("content", {}).values():
            if "example" not in content:
                continue
            schema = document["components"]["schemas"][content["schema"]["$ref"].rpartition("/")[2]]
            assert set(schema.get("required", [])) <= set(content["example"]) <= set(schema["properties"]), path
            found += 1

    assert found >= 11


def test_the_problem_schema_names_every_type(document: dict[str, Any]) -> None:
    found = document["components"]["schemas"]["Problem"]["properties"]["type"]["enum"]

    assert found == [f"/problems/{slug}" for slug in KINDS]


def test_the_resources_of_the_contract_are_there(document: dict[str, Any]) -> None:
    wanted = {
        "/sessions", "/sessions/people", "/tasks", "/tasks:search", "/tasks/{task_id}", "/tasks/{task_id}:claim",
        "/tasks/{task_id}:release", "/tasks/{task_id}:complete", "/tasks/{task_id}/draft", "/cases", "/cases:search",
        "/cases/{case_id}", "/cases/{case_id}/timeline", "/cases/{case_id}/diagram", "/board", "/candidates",
        "/candidates/{candidate_id}:accept", "/candidates/{candidate_id}:dismiss", "/clients:search",
        "/clients/{client_id}", "/messages", "/adt", "/releases", "/releases/{release_id}",
        "/releases/{release_id}/artefacts/{artefact}", "/designs", "/designs/{design_id}", "/designs/{design_id}:check",
        "/designs/{design_id}:deploy", "/timers", "/clock", "/clock:advance", "/outbox", "/outbox/{call_id}:resend", "/outbox/{call_id}:discard",
        "/tasks/{task_id}:assign",
        "/tasks/{task_id}:delegate", "/tasks/{task_id}:snooze", "/tasks/{task_id}:amend", "/cases/{case_id}:suspend",
        "/cases/{case_id}:resume", "/timers/{timer_id}:reschedule", "/timers/{timer_id}:fire", "/incidents",
        "/incidents/{incident_id}", "/incidents/{incident_id}:retry", "/incidents/{incident_id}:resolve",
        "/incidents:batch", "/cases/{case_id}:cancel", "/cases/{case_id}:move", "/cases/{case_id}:set_values",
        "/cases/{case_id}:restart", "/cases/{case_id}:start_linked", "/migrations", "/migrations:apply",
        "/cases/{case_id}/plan", "/cases/{case_id}/contacts", "/cases/{case_id}/notes", "/cases/{case_id}/consents",
        "/cases/{case_id}/authorisations", "/cases/{case_id}/referrals", "/cases/{case_id}/risks", "/cases/{case_id}/profile",
    }  # fmt: skip

    assert {f"/api/v1{path}" for path in wanted} <= set(document["paths"])


def test_a_kept_message_is_documented_beside_one_that_reached_somebody(document: dict[str, Any]) -> None:
    answers = document["paths"]["/api/v1/messages"]["post"]["responses"]

    assert {"200", "202", "default"} == set(answers)
    assert answers["200"]["content"] == answers["202"]["content"]
