"""What a test names, and where a value lies among its kind."""

from datetime import UTC, time
from decimal import Decimal
from zoneinfo import ZoneInfo

from feel import compile_tests, constants, coordinates

D = Decimal


def named(cell):
    return list(constants(compile_tests(cell).meaning))


def test_the_values_a_cell_names_are_found():
    assert named("not(1, [2..3], (> 4)), != 5") == []  # a cell is either a not(…) or not
    assert named("1, [2..3], > 4") == [D(1), D(2), D(3), D(4)]
    assert named("not(1, (< 2))") == [D(1), D(2)]
    assert named("-") == []
    assert named("? > x") == []


def test_a_time_of_a_region_lies_nowhere():
    assert coordinates(time(10, tzinfo=ZoneInfo("Europe/Paris"))) == ("other", 0)
    assert coordinates(time(10, tzinfo=ZoneInfo("Etc/UTC"))) == coordinates(time(10, tzinfo=UTC))
