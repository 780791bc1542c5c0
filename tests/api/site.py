"""A small site: one process, one form, a few clients, and people who sign in by name."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from care import Demographics, register_client
from database import upgrade
from engine import Deploy
from program import SYSTEM_ACTOR, Program, SystemClock, open_program, read_settings, seed_people

MODEL = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
 xmlns:ninefold="https://ninefold.example/schema/bpmn/1.0" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
 id="visit_definitions" targetNamespace="https://ninefold.example/tests">
  <bpmn:message id="m1" name="client_contact"/>
  <bpmn:process id="visit" name="Visit" isExecutable="true">
    <bpmn:startEvent id="begin"><bpmn:outgoing>f1</bpmn:outgoing></bpmn:startEvent>
    <bpmn:sequenceFlow id="f1" sourceRef="begin" targetRef="call"/>
    <bpmn:userTask id="call" name="Call the client" ninefold:form="call" ninefold:group="case_manager"
     ninefold:due="= duration(&quot;P1D&quot;)">
      <bpmn:documentation>Purpose: hear how it goes.</bpmn:documentation>
      <bpmn:incoming>f1</bpmn:incoming><bpmn:outgoing>f2</bpmn:outgoing>
    </bpmn:userTask>
    <bpmn:sequenceFlow id="f2" sourceRef="call" targetRef="rest"/>
    <bpmn:intermediateCatchEvent id="rest" name="48 hours later">
      <bpmn:incoming>f2</bpmn:incoming><bpmn:outgoing>f3</bpmn:outgoing>
      <bpmn:timerEventDefinition id="rest_timer">
        <bpmn:timeDuration xsi:type="bpmn:tFormalExpression">PT48H</bpmn:timeDuration>
      </bpmn:timerEventDefinition>
    </bpmn:intermediateCatchEvent>
    <bpmn:sequenceFlow id="f3" sourceRef="rest" targetRef="look"/>
    <bpmn:userTask id="look" name="Look again" ninefold:group="nurse">
      <bpmn:incoming>f3</bpmn:incoming><bpmn:outgoing>f4</bpmn:outgoing>
    </bpmn:userTask>
    <bpmn:sequenceFlow id="f4" sourceRef="look" targetRef="hear"/>
    <bpmn:intermediateCatchEvent id="hear" name="The client calls">
      <bpmn:incoming>f4</bpmn:incoming><bpmn:outgoing>f5</bpmn:outgoing>
      <bpmn:messageEventDefinition id="hear_message" messageRef="m1"/>
    </bpmn:intermediateCatchEvent>
    <bpmn:sequenceFlow id="f5" sourceRef="hear" targetRef="end"/>
    <bpmn:endEvent id="end"><bpmn:incoming>f5</bpmn:incoming></bpmn:endEvent>
  </bpmn:process>
</bpmn:definitions>
"""
FORM = """{"id": "call", "type": "default", "schemaVersion": 19, "title": "Call", "components": [
 {"type": "textfield", "id": "mood", "key": "mood", "label": "Mood", "validate": {"required": true, "maxLength": 40}},
 {"type": "number", "id": "pain", "key": "pain", "label": "Pain", "validate": {"min": 0, "max": 10},
  "properties": {"fact": "pain"}}]}
"""
CANARY = "Zyxwvut"


def open_site(home: Path, url: str = "") -> Program:
    """The program whose database lies in a folder, or at an address."""
    given = {"PROFILE": "sample", "HOME": str(home), "SYNCHRONOUS": "NORMAL", "DATABASE_URL": url}
    settings = read_settings({f"NINEFOLD_{name}": value for name, value in given.items()})
    return open_program(settings, SystemClock())


def make_site(home: Path, url: str = "") -> None:
    """A database with tables, people and the first release."""
    upgrade(url or f"sqlite:///{home / 'ninefold.db'}")
    program = open_site(home, url)
    seed_people(program)
    files = (("visit.bpmn", MODEL), ("call.form.json", FORM))
    artefacts = tuple(program.reading.identify(name, text.encode()) for name, text in files)
    program.database.write(lambda tx: program.engine.execute(Deploy(artefacts, SYSTEM_ACTOR, program.clock.now()), tx))
    program.close()


def add_client(program: Program, mrn: str, given: str = "Ada", family: str = CANARY) -> str:
    """A registered client's id."""
    who = Demographics(family=family, given=given, birth_date=date(1950, 5, 20), sex="F", language="en")
    client_id = program.clock.new_id()
    program.database.write(
        lambda tx: register_client(
            tx,
            program.keyring,
            client_id=client_id,
            authority="SYNTH",
            mrn=mrn,
            demographics=who,
            at=program.clock.now(),
        )
    )
    return client_id


@dataclass
class Visitor:
    """Somebody's browser."""

    app: Flask

    def __post_init__(self) -> None:
        self.client = self.app.test_client()
        self.csrf: str | None = None

    def sign_in(self, person: str) -> "Visitor":
        answer = self.send("POST", "/sessions", {"person": person})
        assert answer.status_code == 201, answer.get_data(as_text=True)
        self.csrf = answer.json["csrf_token"]
        return self

    def send(self, method: str, path: str, body: Any = None, **headers: Any) -> TestResponse:
        """`headers` with underscores for hyphens; `csrf=None` leaves the token out."""
        given = {name.replace("_", "-"): value for name, value in headers.items() if value is not None}
        if self.csrf and method != "GET" and "X_CSRF_Token" not in headers:
            given["X-CSRF-Token"] = self.csrf
        where = (
            path if path.startswith(("/api", "/problems", "/healthz", "/readyz")) or path == "/" else f"/api/v1{path}"
        )
        if isinstance(body, str | bytes):
            return self.client.open(where, method=method, data=body, headers=given, buffered=True)
        extra = {"json": body} if body is not None else {}
        return self.client.open(where, method=method, headers=given, buffered=True, **extra)

    def get(self, path: str, **headers: Any) -> Any:
        answer = self.send("GET", path, **headers)
        assert answer.status_code == 200, answer.get_data(as_text=True)
        return answer.json

    def post(self, path: str, body: Any = None, **headers: Any) -> TestResponse:
        return self.send("POST", path, {} if body is None else body, **headers)


def slug(answer: TestResponse) -> tuple[int, str]:
    """Status and problem type, after looking at what every problem must have."""
    body = answer.json
    assert answer.mimetype == "application/problem+json", answer.get_data(as_text=True)
    assert body["status"] == answer.status_code
    assert body["instance"] == answer.headers["X-Request-Id"]
    assert {"title", "detail"} <= body.keys()
    assert CANARY not in answer.get_data(as_text=True)
    return answer.status_code, body["type"].removeprefix("/problems/")


def pointers(answer: TestResponse) -> list[str]:
    return [item.get("pointer") or item.get("parameter") or item["header"] for item in answer.json["errors"]]
