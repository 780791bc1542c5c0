"""The replay of the sample feed: its report agrees with itself, with raw SQL, with another run and with another database."""

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from bpmn import models_folder
from care import (
    CATALOGUE,
    deliver_all,
    expected_lace,
    find_client,
    read_messages,
    sample_clients,
    sample_feed,
    timed_messages,
)
from engine import CaseId
from engine.decisions import Decision, evaluate, parse_decisions
from program import VirtualClock, open_program, read_settings
from tests.journeys.recomputed import PHASES, clocks_by_history, plain, recomputed
from tests.journeys.remeasured import remeasured
from tests.journeys.story import FEEDS, rows, settings_in
from tests.support import postgres
from trial import AnswersRefused, FeedEmpty, Plan, load_answers, replay

TEN = 10


@dataclass(frozen=True)
class Left:
    """What a replay left behind."""

    report: dict[str, Any]
    home: Path

    @property
    def path(self) -> Path:
        return self.home / "ninefold.db"

    @property
    def end(self) -> datetime:
        return datetime.fromisoformat(self.report["virtual_to"])

    def sql(self, statement: str, *values: Any) -> list[Any]:
        return rows(self.path, statement, *values)


Run = Callable[..., Left]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Runs a replay on a database in a folder of its own, once per way of asking."""
    done: dict[tuple[Any, ...], Left] = {}

    def replayed(answers: str, *, seed: int = 0, clients: int | None = TEN) -> Left:
        key = (answers, seed, clients)
        if key not in done:
            home = tmp_path_factory.mktemp("replay")
            plan = Plan(sample_feed(), load_answers(answers), seed, None, clients)
            done[key] = Left(replay(settings_in(home), plan), home)
        return done[key]

    return replayed


def discharges(clients: int | None = TEN) -> Counter[str]:
    """Inpatient A03 by client, of the first so many clients of the feed; read from the bytes, apart from `care.stays`."""
    kept: list[str] = []
    found: Counter[str] = Counter()
    for _, message in timed_messages(sample_feed()):
        mrn = message.value("PID", 3)
        if mrn not in kept and (clients is None or len(kept) < clients):
            kept.append(mrn)
        if mrn in kept and (message.value("MSH", 9, 2), message.value("PV1", 2)) == ("A03", "I"):
            found[mrn] += 1
    return found


def agrees_with_itself(report: dict[str, Any]) -> None:
    """What holds of every report."""
    messages, cases, tasks, outreach = (report[name] for name in ("messages", "cases", "tasks", "outreach"))
    assert messages["fed"] == messages["accepted"] + messages["duplicates"] + messages["rejected"]
    assert cases["started"] == cases["open"] + cases["closed"]
    assert tuple(cases["by_phase"]) == tuple(PHASES)
    assert sum(cases["by_ending"].values()) == cases["closed"]
    assert sum(report["risk"].values()) == cases["started"]
    assert tasks["opened"] >= tasks["completed"] + tasks["open"]
    assert tasks["overdue"] <= tasks["open"]
    assert outreach["timers_set"] >= outreach["fired"]
    assert outreach["within_48h"] + outreach["late"] <= outreach["discharges_alive"]
    assert all(entry["visits"] > 0 for process in report["elements"].values() for entry in process.values())


# -- the report


@pytest.mark.parametrize("answers", ["always_open", "sample"])
def test_the_report_of_ten_clients_agrees_with_itself(answers: str, run: Run):
    report = run(answers).report

    agrees_with_itself(report)
    assert report["incidents"] == 0
    assert report["messages"]["rejected"] == report["messages"]["duplicates"] == 0
    assert set(report) == {
        "virtual_from",
        "virtual_to",
        "seed",
        "messages",
        "cases",
        "tasks",
        "loops",
        "outreach",
        "risk",
        "measures",
        "incidents",
        "elements",
        "wall_seconds",
    }


@pytest.mark.parametrize("answers", ["always_open", "sample"])
def test_raw_sql_on_the_database_left_behind_gives_the_same_report(answers: str, run: Run):
    left = run(answers)

    assert recomputed(left.path, left.end) == plain(left.report)


def agrees_with_measures(left: Left) -> None:
    """The measures that raw SQL computes again, and the shape of all."""
    report = left.report["measures"]
    expected = remeasured(left.path, left.end)
    assert {name: tuple(report[name][key] for key in ("value", "numerator", "denominator")) for name in expected} == (
        expected
    )
    assert set(report) == {item.id for item in CATALOGUE if item.query is not None}
    for found in report.values():
        assert {"value", "unit", "numerator", "denominator", "excluded"} <= found.keys()


@pytest.mark.parametrize("answers", ["always_open", "sample"])
def test_raw_sql_gives_the_same_measures(answers: str, run: Run):
    agrees_with_measures(run(answers))


def test_every_client_is_referred_and_every_case_stays_open(run: Run):
    report = run("always_open").report

    assert report["cases"]["started"] == report["cases"]["open"] == TEN
    assert report["tasks"]["open"] == 0


def test_every_inpatient_discharge_of_an_open_case_sets_one_clock(run: Run):
    left = run("always_open")
    expected = discharges()
    armed = left.sql(
        "SELECT client_id, count(*) n FROM stays WHERE armed_at IS NOT NULL AND patient_class = 'I' GROUP BY 1"
    )
    by_history = clocks_by_history(left.path)

    assert sorted(row["n"] for row in armed) == sorted(expected.values())
    assert sorted(set_ for set_, _ in by_history.values()) == sorted(expected.values())
    assert all(set_ == rung for set_, rung in by_history.values())
    outreach = left.report["outreach"]
    assert outreach["discharges_alive"] == outreach["timers_set"] == outreach["fired"] == expected.total()


def test_no_emergency_visit_sets_a_clock(run: Run):
    left = run("always_open")

    visits = left.sql("SELECT * FROM stays WHERE patient_class = 'E'")

    assert visits
    assert all(row["armed_at"] is None and row["deadline"] is None for row in visits)


def test_outreach_tasks_open_a_day_after_the_discharge_and_are_due_after_two(run: Run):
    left = run("always_open")
    stays = left.sql("SELECT case_id, deadline, discharged_at FROM stays WHERE armed_at IS NOT NULL ORDER BY deadline")
    calls = left.sql("SELECT case_id, due_at, opened_at FROM tasks WHERE element = 'outreach_call' ORDER BY due_at")

    assert [(row["case_id"], row["due_at"]) for row in calls] == [(row["case_id"], row["deadline"]) for row in stays]
    for call, stay in zip(calls, stays, strict=True):
        hours = (
            datetime.fromisoformat(call["opened_at"]) - datetime.fromisoformat(stay["discharged_at"])
        ).total_seconds() / 3600
        assert 11 <= hours <= 36, "24 hours, moved into the hours in which people are called"


@pytest.mark.parametrize("answers", ["always_open", "sample"])
def test_each_completed_task_has_one_completer_and_each_step_one_version(answers: str, run: Run):
    left = run(answers)

    assert left.sql("SELECT * FROM tasks WHERE status = 'completed' AND closed_by IS NULL") == []
    twice = "SELECT json_extract(facts, '$.task') t FROM history WHERE kind = 'TaskCompleted' GROUP BY t HAVING count(*) > 1"
    assert left.sql(twice) == []
    for row in left.sql(
        "SELECT c.version, count(DISTINCT h.step) steps, max(h.step) last FROM cases c "
        "JOIN history h ON h.case_id = c.id GROUP BY c.id"
    ):
        assert row["version"] == row["last"] == row["steps"]


def test_tasks_are_done_by_somebody_of_their_group(run: Run):
    left = run("sample")
    groups = {row["id"]: set(json.loads(row["groups"])) for row in left.sql("SELECT * FROM people")}

    for row in left.sql("SELECT * FROM tasks WHERE status = 'completed'"):
        assert row["group"] is None or row["closed_by"] == "trial" or row["group"] in groups[row["closed_by"]]


# -- the same again


def without_time(report: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in report.items() if key != "wall_seconds"}


def test_two_runs_with_one_seed_are_equal_down_to_the_rows(run: Run, tmp_path: Path):
    first = run("always_open", clients=3)
    plan = Plan(sample_feed(), load_answers("always_open"), 0, None, 3)

    second = Left(replay(settings_in(tmp_path), plan), tmp_path)

    assert without_time(second.report) == without_time(first.report)
    for table in ("history", "tasks", "timers", "cases", "stays", "outbox"):
        columns = [
            row["name"]
            for row in first.sql(f"PRAGMA table_info({table})")
            if row["type"] != "BLOB"  # sealed: another key, another nonce
        ]
        names = ", ".join(f'"{name}"' for name in columns)
        rows_of = [[tuple(row) for row in left.sql(f"SELECT {names} FROM {table}")] for left in (first, second)]
        assert sorted(map(repr, rows_of[0])) == sorted(map(repr, rows_of[1])), table


def test_another_seed_gives_other_ids_and_where_nothing_is_drawn_the_same_numbers(run: Run):
    first, second = run("always_open", clients=3), run("always_open", clients=3, seed=7)

    assert second.report["seed"] == 7
    assert {**without_time(second.report), "seed": 0} == without_time(first.report)
    ids = [
        {row["id"] for row in left.sql("SELECT id FROM cases UNION SELECT id FROM clients")} for left in (first, second)
    ]
    assert len(ids[0]) == 6
    assert not ids[0] & ids[1]


def test_the_report_on_postgresql_is_the_one_on_sqlite(run: Run, tmp_path: Path, postgresql_server: postgres.Server):
    url = postgresql_server.fresh(tables=False)
    environment = {"NINEFOLD_PROFILE": "sample", "NINEFOLD_HOME": str(tmp_path), "NINEFOLD_DATABASE_URL": url}
    try:
        report = replay(read_settings(environment), Plan(sample_feed(), load_answers("sample"), 0, None, TEN))
    finally:
        postgresql_server.drop(url)

    assert without_time(report) == without_time(run("sample").report)


@pytest.mark.parametrize("answers", ["always_open", "sample"])
def test_the_same_messages_again_change_nothing(answers: str, run: Run):
    left = run(answers)
    kept = {message.control_id for _, message in timed_messages(sample_feed())}
    known = {row["control_id"] for row in left.sql("SELECT control_id FROM adt_messages")}
    again = b"\n".join(
        message.raw if isinstance(message.raw, bytes) else message.raw.encode()
        for message in read_messages(sample_feed())
        if message.control_id in known & kept
    )
    tables = (
        "history",
        "tasks",
        "timers",
        "waits",
        "cases",
        "stays",
        "clients",
        "candidates",
        "contacts",
        "outbox",
        "audit",
    )
    before = {table: [tuple(row) for row in left.sql(f"SELECT * FROM {table}")] for table in tables}
    program = open_program(settings_in(left.home), VirtualClock(left.end, 99))
    try:
        found = deliver_all(program.database, program.adt, again, program.clock.now)
    finally:
        program.close()

    assert (found.messages, found.duplicates) == (len(known), len(known))
    assert (found.accepted, found.rejected, found.cases_started, found.cases_touched) == (0, (), 0, 0)
    assert {table: [tuple(row) for row in left.sql(f"SELECT * FROM {table}")] for table in tables} == before


# -- the whole cohort


@pytest.fixture(scope="module")
def cohort(run: Run) -> Left:
    return run("always_open", clients=None)


@pytest.mark.slow
def test_the_whole_cohort_sets_84_clocks_and_ends_with_three_deaths(cohort: Left):
    report = cohort.report

    agrees_with_itself(report)
    assert report["messages"] == {"fed": 287, "accepted": 287, "duplicates": 0, "rejected": 0}
    assert report["incidents"] == 0
    assert report["outreach"]["discharges_alive"] == report["outreach"]["timers_set"] == 84
    assert report["outreach"]["fired"] + report["outreach"]["cancelled"] == 84
    assert report["cases"]["by_ending"] == {"client_deceased": 3}
    assert (report["cases"]["started"], report["cases"]["open"]) == (56, 53)


@pytest.mark.slow
def test_raw_sql_gives_the_report_of_the_whole_cohort(cohort: Left):
    assert recomputed(cohort.path, cohort.end) == plain(cohort.report)
    agrees_with_measures(cohort)


@pytest.mark.slow
def test_each_death_closed_its_case_cancelled_its_timers_and_opened_nothing_afterwards(cohort: Left):
    dead = cohort.sql(
        "SELECT c.id, c.status, c.outcome, c.ended_at, c.version, p.deceased_at FROM cases c "
        "JOIN clients p ON p.id = c.subject_id WHERE p.deceased_at IS NOT NULL"
    )

    assert len(dead) == 3
    for case in dead:
        assert (case["status"], case["outcome"]) == ("completed", "client_deceased")
        assert case["ended_at"] >= case["deceased_at"]
        assert cohort.sql("SELECT 1 FROM timers WHERE case_id = ?", case["id"]) == []
        assert cohort.sql("SELECT 1 FROM waits WHERE case_id = ?", case["id"]) == []
        assert cohort.sql("SELECT 1 FROM tasks WHERE case_id = ? AND status = 'open'", case["id"]) == []
        last = cohort.sql("SELECT * FROM history WHERE case_id = ? AND step = ?", case["id"], case["version"])
        assert {row["at"] for row in last} == {case["ended_at"]}
        assert [row["element"] for row in last if row["kind"] == "MessageReceived"] == ["client_deceased"]
        assert not {"TaskOpened", "TimerSet"} & {row["kind"] for row in last}
        letters = "SELECT 1 FROM outbox WHERE case_id = ? AND topic = 'send_letter' AND created_at >= ?"
        assert cohort.sql(letters, case["id"], case["deceased_at"]) == []


@pytest.mark.slow
def test_the_five_readmissions_of_the_expected_file_were_reviewed(cohort: Left):
    expected = [row for row in expected_lace() if row.readmitted_after is not None and row.readmitted_after <= 30]
    reviews = cohort.sql("SELECT * FROM tasks WHERE element = 'readmission_review'")

    assert len(expected) == 5
    assert len(reviews) == 5


def decision(name: str) -> Decision:
    path = models_folder() / f"{name}.dmn"
    found = parse_decisions(etree.fromstring(path.read_bytes()), path.name)
    return next(one for one in found if one.id == name)


def test_table_d2_gives_the_expected_lace_of_all_84_stays():
    lace, band = decision("lace"), decision("lace_band")

    for row in expected_lace():
        inputs = {"los_days": row.los_days, "acute": row.acute, "charlson": row.charlson, "ed_6m": row.ed_6m}
        score = evaluate(lace, inputs).value
        assert score == row.score, row.encounter_id
        assert evaluate(band, {"lace": score}).value == row.band, row.encounter_id


@pytest.mark.slow
def test_the_lace_that_cases_computed_is_the_expected_one_without_its_charlson_part(cohort: Left):
    expected = {row.mrn: row for row in expected_lace()}  # the last discharge of each client stays
    program = open_program(settings_in(cohort.home), VirtualClock(cohort.end, 99))
    try:
        found = {}
        for sample in sample_clients():
            client = program.database.read(
                lambda tx, sample=sample: find_client(tx, program.keyring, sample.authority, sample.mrn)
            )
            assert client is not None
            (case,) = cohort.sql("SELECT id FROM cases WHERE subject_id = ?", client.id)
            facts = program.database.read(lambda tx, case=case: program.reading.case_facts(tx, CaseId(case["id"])))
            if "lace" in facts:
                found[sample.mrn] = facts["lace"].value
    finally:
        program.close()

    comorbidity = {mrn: min(row.charlson, 5) if row.charlson < 4 else 5 for mrn, row in expected.items()}
    assert found == {mrn: row.score - comorbidity[mrn] for mrn, row in expected.items()}


# -- the second feed, and refusals


def test_a_feed_with_damage_doubles_and_strangers_is_replayed_to_its_end(tmp_path: Path):
    names = ("readmission", "death_in_hospital", "doubled", "broken", "strangers")
    feed = b"".join(
        (FEEDS / f"{name}.hl7").read_bytes().replace(b"7001", b"80%02d" % n) for n, name in enumerate(names)
    )
    until = datetime.fromisoformat("2025-06-12T00:00:00+00:00")

    left = Left(replay(settings_in(tmp_path), Plan(feed, load_answers("always_open"), 0, until)), tmp_path)

    agrees_with_itself(left.report)
    assert left.report["messages"] == {"fed": 23, "accepted": 16, "duplicates": 2, "rejected": 5}
    assert left.report["cases"]["started"] == 5
    assert left.report["cases"]["by_ending"] == {"client_deceased": 1}
    assert left.report["incidents"] == 0
    assert recomputed(left.path, until) == plain(left.report)


def test_a_replay_delivers_a_message_when_it_was_sent_not_when_it_happened(tmp_path: Path):
    until = datetime.fromisoformat("2025-06-12T00:00:00+00:00")
    plan = Plan((FEEDS / "late_discharge.hl7").read_bytes(), load_answers("always_open"), 0, until)

    report = replay(settings_in(tmp_path), plan)

    assert (report["outreach"]["late"], report["outreach"]["within_48h"]) == (1, 0)


def test_a_replay_stops_where_it_is_told_to(tmp_path: Path):
    until = datetime.fromisoformat("2024-03-01T00:00:00+00:00")

    report = replay(settings_in(tmp_path), Plan(sample_feed(), load_answers("always_open"), 0, until, 1))

    assert report["virtual_to"] == "2024-03-01T00:00:00Z"
    assert report["cases"]["started"] == 1


def test_a_feed_without_a_readable_message_is_refused(tmp_path: Path):
    with pytest.raises(FeedEmpty, match="at least one readable HL7 message"):
        replay(settings_in(tmp_path), Plan(b"MSH|nothing\r", load_answers("always_open")))

    assert list(tmp_path.iterdir()) == []


def test_an_unknown_answer_set_is_refused_by_its_name():
    with pytest.raises(AnswersRefused, match="no_such_set"):
        load_answers("no_such_set")
