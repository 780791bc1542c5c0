"""Turns: as many at once as there are places, then in the order of asking; who waits too long is told."""

import threading

import pytest

from database import Busy
from database.turns import Turns

PATIENCE = 30


def test_who_waits_comes_before_who_asks_again():
    turns, order, asked = Turns(1), [], threading.Event()

    def wait() -> None:
        asked.set()
        with turns.turn(PATIENCE):
            order.append("waited")

    thread = threading.Thread(target=wait)
    with turns.turn(PATIENCE):
        thread.start()
        assert asked.wait(PATIENCE)
        while not turns._waiting:
            threading.Event().wait(0.001)
    with turns.turn(PATIENCE):
        order.append("asked again")
    thread.join(PATIENCE)

    assert order == ["waited", "asked again"]


def test_who_waits_too_long_is_told_and_takes_no_place():
    turns = Turns(1)
    with turns.turn(PATIENCE), pytest.raises(Busy), turns.turn(0.01):
        pass

    with turns.turn(0.01):
        assert not turns._waiting


def test_there_are_as_many_turns_at_once_as_places():
    turns = Turns(2)

    with turns.turn(0.01), turns.turn(0.01), pytest.raises(Busy), turns.turn(0.01):
        pass


def test_a_block_that_fails_gives_its_place_back():
    turns = Turns(1)
    with pytest.raises(KeyError), turns.turn(0.01):
        raise KeyError

    with turns.turn(0.01):
        assert turns._free == 0
