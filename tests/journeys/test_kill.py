"""kill -9 on the server while people complete tasks over HTTP: after a restart nothing is lost and nothing is there twice."""

import json
import random
import signal
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from access import ChainLedger
from care import Demographics, register_client
from database import Tx
from engine import CaseId, StartCase, case_id_of
from program import SYSTEM_ACTOR, SystemClock, open_program, seed_people, seed_release
from tests.journeys.served import PATIENCE_S, Person, Server, ninefold
from tests.journeys.story import rows, settings_in
from tests.torture.verify import verify

SEED = 20261122
CASES = 8
ENOUGH = 36
"""Tasks after which the script stops."""
KILLS = 2
PEOPLE = ("ines-intake", "nora-case-manager", "omar-case-manager")


@dataclass(frozen=True)
class Done:
    """A completion that was answered: by whom, where, with what, and the answer."""

    person: Person
    path: str
    body: object
    status: int
    shown: Any


pytestmark = [pytest.mark.slow, pytest.mark.torture]


def prepare(home: Path) -> None:
    """A database with some referred clients."""
    made = ninefold("db", "upgrade", "--format", "json", home=home)
    assert made.returncode == 0, made.stderr
    assert json.loads(made.stdout)["revision"]
    program = open_program(settings_in(home), SystemClock())
    seed_people(program)
    seed_release(program)
    for n in range(CASES):
        client_id, case_id, now = program.clock.new_id(), case_id_of(program.clock.new_id()), program.clock.now()

        def refer(
            tx: Tx, client_id: str = client_id, case_id: CaseId = case_id, now: datetime = now, n: int = n
        ) -> None:
            said = Demographics(family=f"Example{n}", given="Client")
            register_client(
                tx, program.keyring, client_id=client_id, authority="SYNTH", mrn=f"9{n:03d}", demographics=said, at=now
            )
            start = StartCase(case_id, "case_lifecycle", client_id, SYSTEM_ACTOR, now, "north", {"source_type": "pcp"})
            program.engine.execute(start, tx)

        program.database.write(refer)
    program.close()


def work_through_kills(server: Server, people: list[Person], dice: random.Random) -> None:
    """People work, each in a thread; the server dies at drawn moments and comes back."""
    enough, failures = threading.Event(), []

    def run(person: Person) -> None:
        try:
            person.work(random.Random(f"{SEED} {person.name}"), enough)  # noqa: S311  # order of work
        except BaseException as error:  # noqa: BLE001  # shown by the main thread
            failures.append((person.name, error))
            enough.set()

    threads = [threading.Thread(target=run, args=(person,), daemon=True) for person in people]
    for thread in threads:
        thread.start()
    for _ in range(KILLS):
        after = sum(len(person.answered) for person in people) + dice.randint(2, 6)
        while sum(len(person.answered) for person in people) < after and not enough.wait(0.002):
            assert any(thread.is_alive() for thread in threads), failures
        enough.wait(dice.random() * 0.05)  # somewhere inside the next requests
        server.kill()
        server.start()
    before = time.monotonic()
    while sum(len(person.answered) for person in people) < ENOUGH and not enough.wait(0.01):
        assert time.monotonic() - before < PATIENCE_S, "people did not get their work done"
    enough.set()
    for thread in threads:
        thread.join()
    assert not failures, failures


@pytest.fixture(scope="module")
def aftermath(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, dict[str, Done]]]:
    """A server that was killed and started again while people worked, and what they were answered under which key."""
    home = tmp_path_factory.mktemp("killed")
    prepare(home)
    server = Server(home)
    try:
        server.start()
        people = [Person(server, name) for name in PEOPLE]
        for person in people:
            person.sign_in()
        work_through_kills(server, people, random.Random(SEED))  # noqa: S311  # moments of death
        yield server, {key: Done(person, *answer) for person in people for key, answer in person.answered.items()}
    finally:
        server.stop()


def unchanging(shown: dict[str, Any]) -> dict[str, Any]:
    """An answer to a completion without what others did to the opened tasks since."""
    return {**shown, "opened": sorted(task["id"] for task in shown["opened"])}


def test_every_key_gives_its_first_answer_again_after_the_kills(aftermath: tuple[Server, dict[str, Done]]):
    _, done = aftermath

    assert len(done) >= ENOUGH
    for key, item in done.items():
        status, _, shown = item.person.ask("POST", item.path, item.body, Idempotency_Key=key, If_Match='"1"')
        assert (status, unchanging(shown)) == (item.status, unchanging(item.shown)), key


def test_a_used_key_with_another_body_is_refused_after_the_kills(aftermath: tuple[Server, dict[str, Done]]):
    _, done = aftermath
    key, item = next(iter(done.items()))

    status, _, problem = item.person.ask("POST", item.path, {"values": {"a": 1}}, Idempotency_Key=key, If_Match='"1"')

    assert status == 422, problem


def test_an_answered_task_cannot_be_completed_once_more(aftermath: tuple[Server, dict[str, Done]]):
    _, done = aftermath

    for key, item in list(done.items())[:5]:
        status, _, problem = item.person.ask(
            "POST", item.path, {"values": {}}, Idempotency_Key=f"new-{key}", If_Match='"1"'
        )
        assert status == 409, problem


def test_completed_tasks_are_those_that_people_were_told_of_and_each_has_one_completer(
    aftermath: tuple[Server, dict[str, Done]],
):
    server, done = aftermath
    path = server.home / "ninefold.db"

    completed = {row["id"]: row["closed_by"] for row in rows(path, "SELECT * FROM tasks WHERE status = 'completed'")}
    counted = rows(
        path,
        "SELECT json_extract(facts, '$.task') task, count(*) n FROM history WHERE kind = 'TaskCompleted' GROUP BY task",
    )

    assert completed == {item.shown["id"]: item.person.name for item in done.values()}
    assert {row["task"]: row["n"] for row in counted} == dict.fromkeys(completed, 1)


def test_each_case_has_as_many_steps_as_its_version_and_the_api_says_so_too(aftermath: tuple[Server, dict[str, Done]]):
    server, done = aftermath
    nora = next(item.person for item in done.values() if item.person.name == "nora-case-manager")
    counted = rows(
        server.home / "ninefold.db",
        "SELECT c.id, c.version, count(DISTINCT h.step) steps FROM cases c JOIN history h ON h.case_id = c.id GROUP BY c.id",
    )

    assert len(counted) == CASES
    seen = 0
    for row in counted:
        assert row["version"] == row["steps"]
        status, _, case = nora.ask("GET", f"/cases/{row['id']}")
        if status == 200:
            seen += 1
            assert case["version"] == row["version"]
    assert seen


def test_the_database_tells_one_story_and_its_audit_chains_hold(aftermath: tuple[Server, dict[str, Done]]):
    server, done = aftermath
    heads = {
        row["id"]: row["audit_head"] for row in rows(server.home / "ninefold.db", "SELECT id, audit_head FROM cases")
    }
    program = open_program(settings_in(server.home), SystemClock())
    try:
        verdict = program.database.read(lambda tx: ChainLedger(program.keyring).verify(tx, heads))
        assert verdict.first_bad is None
        assert verdict.entries > len(done)
        assert verify(program.database, program.keyring, program.reading.library) == CASES
    finally:
        program.close()


def test_a_second_server_on_the_same_file_is_refused(aftermath: tuple[Server, dict[str, Done]]):
    server, _ = aftermath

    second = ninefold("serve", "--port", str(server.port), "--empty", home=server.home)

    assert second.returncode == 1
    assert "another process serves it already" in second.stderr
    assert "Traceback" not in second.stderr


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_server_ends_with_0_when_it_is_told_to_stop(tmp_path: Path, number: signal.Signals):
    assert ninefold("db", "upgrade", home=tmp_path).returncode == 0
    server = Server(tmp_path)
    try:
        server.start()
    finally:
        code = server.stop(number)

    assert code == 0, server.log()

    assert "Traceback" not in server.log()
