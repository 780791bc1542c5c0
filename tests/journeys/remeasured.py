"""Measures of care-process.md, section 10, computed a second time: raw SQL and plain Python on the file that a run left behind.

Written from the section's table, not from the product: nothing of ours is imported.
"""

import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("America/New_York")
HOURS_48, DAY = timedelta(hours=48), timedelta(days=1)


def remeasured(path: Path, end: datetime) -> dict[str, tuple[float, float, float]]:
    """Measure -> (value, numerator, denominator) over the whole run."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        connection.row_factory = sqlite3.Row
        return _all(connection, end)


def at(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text).astimezone(UTC)


def rate(numerator: float, denominator: float, factor: float = 100) -> tuple[float, float, float]:
    return (round(factor * numerator / denominator, 1) if denominator else 0, numerator, denominator)


def _all(db: sqlite3.Connection, end: datetime) -> dict[str, tuple[float, float, float]]:
    def rows(statement: str, *values: object) -> list[sqlite3.Row]:
        return db.execute(statement, values).fetchall()

    cases = {row["id"]: row for row in rows("SELECT * FROM cases WHERE process = 'case_lifecycle'")}
    enrolled = {
        row["case_id"]: at(row["first"])
        for row in rows(
            "SELECT case_id, min(at) AS first FROM history WHERE element = 'enrol' AND kind = 'ElementLeft' GROUP BY 1"
        )
    }
    eligible = [
        row["case_id"]
        for row in rows("SELECT DISTINCT case_id FROM history WHERE element = 'note_eligible' AND kind = 'ElementLeft'")
    ]
    found = {
        **_outreach(rows, cases, enrolled),
        **_authorisations(rows),
        "enrolment_rate": rate(sum(case in enrolled for case in eligible), len(eligible)),
        "late_tasks": _late(rows, end),
        "very_high_share": _very_high(cases, enrolled),
        "screen_time": _screening(rows, cases),
        "issue_closed": _issues(rows),
    }
    lost = [case for case, row in cases.items() if row["outcome"] in ("unable_to_reach", "client_unreachable")]
    closed = [case for case in enrolled if cases[case]["ended_at"] is not None]
    found["unreachable_rate"] = rate(len(lost), len({*eligible, *closed}))
    return found


def _outreach(rows: Any, cases: Any, enrolled: Any) -> dict[str, tuple[float, float, float]]:
    dead = {row["id"]: at(row["deceased_at"]) for row in rows("SELECT id, deceased_at FROM clients")}
    stays = rows("SELECT * FROM stays WHERE patient_class = 'I' AND state IN ('open', 'discharged')")
    contacts = rows("SELECT * FROM contacts")
    planned = {
        row["case_id"]: at(row["at"])
        for row in rows(
            "SELECT case_id, at FROM history WHERE kind = 'TaskCompleted' AND element = 'readmission_review' "
            "AND json_extract(facts, '$.answers.planned')"
        )
    }
    assert planned == {}, "the answer sets call no readmission planned; the feed's own are of acute stays"
    counts = {"reached": 0, "tried": 0, "asked": 0, "index": 0, "back": 0}
    for stay in stays:
        left = at(stay["discharged_at"])
        if left is None:
            continue
        case = next(
            (
                case
                for case, since in enrolled.items()
                if cases[case]["subject_id"] == stay["client_id"]
                and since <= left
                and (cases[case]["ended_at"] is None or left < at(cases[case]["ended_at"]))
            ),
            None,
        )
        if case is None:
            continue
        following = min(
            (
                at(other["began_at"])
                for other in stays
                if other["client_id"] == stay["client_id"]
                and other["id"] != stay["id"]
                and at(other["began_at"]) >= left
            ),
            default=None,
        )
        died = dead[stay["client_id"]]
        ended, withdrawn = at(cases[case]["ended_at"]), cases[case]["outcome"] == "consent_withdrawn"
        if died is None or died > left:
            counts["index"] += following is None or following - left >= DAY
            counts["back"] += following is not None and DAY <= following - left < 31 * DAY
        if (died is not None and died <= left + HOURS_48) or (following is not None and following <= left + HOURS_48):
            continue
        if withdrawn and ended is not None and ended <= left + HOURS_48:
            continue
        calls = [row for row in contacts if row["case_id"] == case and left <= at(row["at"]) <= left + HOURS_48]
        reached = any(row["two_way"] for row in calls)
        counts["asked"] += 1
        counts["reached"] += reached
        counts["tried"] += reached or sum(row["purpose"] == "post_discharge" for row in calls) >= 2
    return {
        "outreach_48h_reached": rate(counts["reached"], counts["asked"]),
        "outreach_48h_attempted": rate(counts["tried"], counts["asked"]),
        "readmit_30d": rate(counts["back"], counts["index"]),
    }


def _authorisations(rows: Any) -> dict[str, tuple[float, float, float]]:
    decided = [
        (json.loads(row["facts"])["answers"]["decision"], at(row["at"]), at(row["due_at"]))
        for row in rows(
            "SELECT h.facts, h.at, t.due_at FROM history h JOIN tasks t ON t.id = json_extract(h.facts, '$.task') "
            "WHERE h.kind = 'TaskCompleted' AND h.element = 'decide_auth'"
        )
    ]
    appealed = [
        json.loads(row["facts"])["answers"]["result"]
        for row in rows(
            "SELECT facts FROM history WHERE kind = 'TaskCompleted' AND element IN ('peer_to_peer', 'file_appeal')"
        )
    ]
    refused = sum(decision in ("partial", "denied") for decision, _, _ in decided)
    in_time = sum(due is None or done <= due for _, done, due in decided)
    return {
        "denial_rate": rate(refused, len(decided)),
        "auth_on_time": rate(in_time, len(decided)),
        "overturn_rate": rate(appealed.count("overturned"), len(appealed)),
    }


def _late(rows: Any, end: datetime) -> tuple[float, float, float]:
    held = rows("SELECT due_at FROM tasks WHERE closed_at IS NULL")
    late = sum(row["due_at"] is not None and at(row["due_at"]) < end for row in held)
    return (late, late, len(held))


def _very_high(cases: Any, enrolled: Any) -> tuple[float, float, float]:
    now = [cases[case]["grade"] for case in enrolled if cases[case]["ended_at"] is None]
    return rate(now.count("very_high"), len(now))


def _screening(rows: Any, cases: Any) -> tuple[float, float, float]:
    decided = {
        row["case_id"]: at(row["first"])
        for row in rows(
            "SELECT case_id, min(at) AS first FROM history WHERE kind = 'ElementLeft' AND process = 'p1_screening' "
            "AND element IN ('note_eligible', 'note_not_eligible') GROUP BY 1"
        )
    }
    hours = [
        (decided[case] - at(row["started_at"])) / timedelta(hours=1) for case, row in cases.items() if case in decided
    ]
    return (round(median(hours), 1), len(hours), len(cases))


def _issues(rows: Any) -> tuple[float, float, float]:
    issues = rows(
        "SELECT t.closed_at, t.due_at, t.status, json_extract(h.facts, '$.answers.status') AS answer FROM tasks t "
        "LEFT JOIN history h ON h.kind = 'TaskCompleted' AND json_extract(h.facts, '$.task') = t.id "
        "WHERE t.element = 'resolve_issue' AND t.status <> 'cancelled'"
    )
    done = sum(row["answer"] in ("resolved", "accepted") and row["closed_at"] <= row["due_at"] for row in issues)
    return rate(done, len(issues))
