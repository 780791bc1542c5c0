"""Script tasks: a FEEL context whose entries become variables of the token."""

from datetime import UTC, date, datetime
from decimal import Decimal

from tests.support.world import World


def script(text: str, attributes: str = "") -> str:
    return (
        f'<startEvent id="s"/><scriptTask id="x" scriptFormat="feel" {attributes}><script>{text}</script></scriptTask>'
        '<userTask id="u"/><endEvent id="e"/>'
    )


def test_entries_become_variables(either_world: World) -> None:
    world = either_world
    world.play(script("{ sum: a + b, list: [a, b] }"), "s > x > u > e", values={"a": 1, "b": 2})

    assert world.data("u") == {"a": 1, "b": 2, "sum": 3, "list": [1, 2]}


def test_a_result_is_put_under_one_name(world: World) -> None:
    world.play(script("= a * 2", 'n:result="double"'), "s > x > u > e", values={"a": Decimal("0.1")})

    assert world.data("u")["double"] == Decimal("0.2")


def test_a_script_sees_case_facts_behind_the_token(world: World) -> None:
    world.facts.given = {"age": 71, "x": "outside"}
    world.play(script("{ old: age > 65, y: x, missing: nothing }"), "s > x > u > e", values={"x": "token"})

    assert world.data("u") == {"x": "token", "old": True, "y": "token", "missing": None}


def test_dates_and_durations_survive_between_steps(world: World) -> None:
    text = '{ day: date("2026-02-03"), at: now(), span: duration("PT48H"), months: duration("P1Y2M"), hour: time("10:30:00") }'
    world.play(script(text), "s > x > u > e")

    data = world.data("u")
    assert data["day"] == date(2026, 2, 3)
    assert data["at"] == world.now
    assert {name: str(type(data[name]).__name__) for name in ("span", "months", "hour")} == {
        "span": "timedelta",
        "months": "YearsMonths",
        "hour": "time",
    }


def test_ranges_and_functions_are_kept_as_text(world: World) -> None:
    world.play(script("{ r: [1..3] }"), "s > x > u > e")

    assert world.data("u")["r"] == "[1..3]"


def test_a_script_that_is_no_context_parks_its_token(world: World) -> None:
    world.play(script("= 1 + 1"), "s > x > u > e")

    assert (world.stuck, world.open, world.status) == ([("x", "not-a-context")], [], "active")


def test_a_script_over_its_budget_parks_its_token(world: World) -> None:
    text = "{ n: count(for a in 1..10000, b in 1..10000 return a * b) }"

    world.play(script(text), "s > x > u > e")

    assert world.stuck == [("x", "budget")]


def test_a_nested_value_of_a_finished_task_is_not_rewritten(world: World) -> None:
    body = script('{ deep: context put(deep, "n", 99) }') + '<userTask id="before"/>'
    world.play(body, "s > before > x > u > e", values={"deep": {"n": 1}})

    before = world.live().task_tree.data
    world.complete("before")
    assert (before["deep"], world.data("u")["deep"]) == ({"n": 1}, {"n": 99})


def test_the_instant_in_a_script_is_the_commands(world: World) -> None:
    world.now = datetime(2031, 5, 6, 7, 8, 9, tzinfo=UTC)
    world.play(script("{ y: today().year }"), "s > x > u > e")

    assert world.data("u")["y"] == 2031


def test_a_date_beyond_the_year_9999_is_kept_as_text(world: World) -> None:
    world.play(script('{ d: date("99999-01-01"), m: date and time("-0044-03-15T12:00:00Z") }'), "s > x > u > e")

    assert world.data("u") == {"d": "99999-01-01", "m": "-0044-03-15T12:00:00Z"}
