"""The clocks: the machine's, which the time machine moves, and the virtual one."""

import threading
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from program import SystemClock, VirtualClock

START = datetime(2026, 1, 5, 9, tzinfo=UTC)


def test_the_system_clock_shows_the_machines_time_in_utc():
    before = datetime.now(UTC)

    found = SystemClock().now()

    assert before <= found <= datetime.now(UTC)
    assert found.tzinfo is UTC


def test_the_system_clock_moves_forward_and_says_when_the_machine_gets_there():
    clock = SystemClock()
    clock.move(timedelta(hours=48))
    now = clock.now()

    assert now - datetime.now(UTC) > timedelta(hours=47)
    assert abs(clock.on_machine(now) - datetime.now(UTC)) < timedelta(seconds=5)


def test_the_system_clock_never_moves_back():
    with pytest.raises(ValueError, match="forward"):
        SystemClock().move(timedelta(seconds=-1))


def test_a_kept_move_survives_a_restart(tmp_path: Path):
    kept = tmp_path / "clock"
    SystemClock(kept).move(timedelta(hours=1))
    SystemClock(kept).move(timedelta(hours=2))

    assert timedelta(hours=2, minutes=59) < SystemClock(kept).now() - datetime.now(UTC) <= timedelta(hours=3)


def test_ids_of_the_system_clock_are_32_digits_and_differ():
    clock = SystemClock()
    found = {clock.new_id() for _ in range(100)}

    assert len(found) == 100
    assert all(len(item) == 32 and set(item) <= set("0123456789abcdef") for item in found)


def test_virtual_time_moves_only_when_told_and_never_back():
    clock = VirtualClock(START)
    clock.advance_to(START + timedelta(hours=1))
    clock.advance_to(START)

    assert clock.now() == START + timedelta(hours=1)
    assert clock.on_machine(START) == START


def test_virtual_time_is_utc_whatever_it_is_given():
    clock = VirtualClock(datetime(2026, 1, 5, 4, tzinfo=timezone(timedelta(hours=-5))))

    assert clock.now() == START
    assert clock.now().tzinfo is UTC


def test_ids_of_the_virtual_clock_come_from_its_seed():
    first, same, other = VirtualClock(START, 1), VirtualClock(START, 1), VirtualClock(START, 2)
    drawn = [[clock.new_id() for _ in range(20)] for clock in (first, same, other)]

    assert drawn[0] == drawn[1]
    assert not set(drawn[0]) & set(drawn[2])


def test_threads_never_draw_one_id_twice():
    clock = VirtualClock(START)
    drawn: list[str] = []
    threads = [threading.Thread(target=lambda: drawn.extend(clock.new_id() for _ in range(500))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(set(drawn)) == 2000
