"""The sample opens mid-flight, as the contract says: work in every phase, late and due, and something for administrators to mend."""

import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from program import SystemClock, open_program
from tests.journeys.story import rows, settings_in
from tests.support.sample import sample_in
from worker.relay import Relay

PHASES = {
    *("screening", "assessing", "stratifying", "planning", "implementing", "following_up", "transitioning"),
    *("post_transition", "evaluating"),
}


@pytest.mark.slow
def test_the_sample_is_mid_flight(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    home = Path(shutil.copytree(sample_in(tmp_path_factory.getbasetemp()), tmp_path / "home"))
    path = home / "ninefold.db"
    program = open_program(settings_in(home), SystemClock())
    try:
        at = program.clock.now()
        now, tomorrow = at.isoformat(), (at + timedelta(days=1)).isoformat()
        relay = Relay(program, "test", lambda: 0.5)
        while relay.deliver_due(50):
            pass
    finally:
        program.close()

    stages = rows(path, "SELECT DISTINCT stage FROM cases WHERE status = 'active'")
    overdue = rows(path, "SELECT id FROM tasks WHERE status = 'open' AND due_at < ?", now)
    calls = rows(path, "SELECT id FROM tasks WHERE status = 'open' AND element = 'outreach_call'")
    soon = rows(path, "SELECT id FROM timers WHERE process = 'outreach' AND due_at < ?", tomorrow)
    causes = rows(
        path, "SELECT cause, count(DISTINCT case_id) AS n FROM incidents WHERE status = 'open' GROUP BY cause"
    )
    dead = rows(path, "SELECT id FROM outbox WHERE status = 'dead'")

    assert {row["stage"] for row in stages} == PHASES
    assert len(overdue) >= 2
    assert calls or soon, "a call of today stands on a list, or will when the hours for calls begin"
    assert [(row["cause"], row["n"]) for row in causes] == [("timer-text", 5)]
    assert dead
