"""The linked processes, work beside the fixed flow: complex review, ethics, mediation, avoidable days, aid, conference."""

from datetime import timedelta
from typing import Any

import pytest

from tests.bpmn.driver import Drive

DAY = timedelta(days=1)


def told(drive: Drive) -> list[dict[str, Any]]:
    """What was handed to others, in order."""
    return [dict(call.parameters) for advance in drive.history for call in advance.calls if call.operation == "notify"]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"referrals": ["social_work"], "plan_change": "complete"}, ["complex_review", "plan_change"]),
        ({"referrals": [], "plan_change": "minor"}, ["plan_change"]),
        ({"referrals": ["palliative"], "plan_change": "none"}, ["complex_review"]),
        ({"plan_change": None}, []),
    ],
)
def test_a_complex_review_tells_departments_and_asks_for_the_change(values, expected):
    drive = Drive().start("complex_review").complete("gather_for_review", {"findings": "x"})

    drive.complete("complex_review_meeting", values)

    assert [item["about"] for item in told(drive)] == expected
    assert drive.completed


def test_an_ethics_decision_is_looked_at_again_on_its_day_until_it_holds():
    drive = Drive().start("ethics").complete("ethics_decision", {"monitor_on": "2025-06-20"})
    assert drive.open == []

    assert drive.move(20 * DAY) == ["monitor_on"]
    drive.complete("ethics_monitor", {"decision": "return"})
    drive.complete("ethics_decision", {"monitor_on": "2025-07-20"})
    assert drive.move(30 * DAY) == ["monitor_on"]
    drive.complete("ethics_monitor", {"decision": "ok"})

    assert drive.completed


@pytest.mark.parametrize(("result", "open_ends"), [("agreed", 0), ("partly", 1), ("none", 1), (None, 1)])
def test_a_mediation_without_an_agreement_goes_to_the_supervisor(result, open_ends):
    drive = Drive().start("mediation").complete("mediation_meeting", {"result": result})

    assert len(told(drive)) == open_ends
    assert drive.completed


@pytest.mark.parametrize(("reason", "advisor"), [("authorisation", 1), ("provider", 1), ("family", 0), ("no_bed", 0)])
def test_avoidable_days_of_payor_and_provider_reach_the_advisor(reason, advisor):
    drive = Drive().start("avoidable_day").complete("record_avoidable_day", {"reason": reason})

    assert len(told(drive)) == advisor
    assert drive.completed


@pytest.mark.parametrize(("result", "seeks"), [("renewed", False), ("not_needed", False), ("refused", True)])
def test_refused_aid_is_replaced(result, seeks):
    drive = Drive().start("grant_renewal").complete("renew_aid", {"result": result})

    assert drive.open == (["other_funding"] if seeks else [])
    if seeks:
        drive.complete("other_funding", {"intervention": "maker's programme"})
    assert drive.completed


@pytest.mark.parametrize(("change", "news"), [("minor", 1), ("complete", 1), ("none", 0), (None, 0)])
def test_a_conference_that_changes_the_plan_tells_the_team(change, news):
    drive = Drive().start("case_conference").complete("case_conference_meeting", {"plan_change": change})

    assert len(told(drive)) == news
    assert drive.completed
