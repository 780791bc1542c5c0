"""User, manual and plain tasks: where a person works."""

from datetime import UTC, datetime, timedelta

import pytest

from engine import FormRefused
from tests.support.world import ALL, World, form, model

ONE = '<startEvent id="s"/><userTask id="u" name="Call" n:form="f" n:group="team"/><endEvent id="e"/>'


def test_a_user_task_waits_for_a_person_and_then_the_case_ends(either_world: World) -> None:
    world = either_world
    world.deploy(model(ONE, "s > u > e"), form("f"))
    world.start()

    assert (world.open, world.status) == (["u"], "active")
    world.complete("u", answer="yes")
    assert (world.open, world.status) == ([], "completed")
    assert world.visited == ["s", "u", "e"]


def test_the_row_of_a_task_shows_what_the_model_says(world: World) -> None:
    attributes = 'n:form="f" n:group="team" n:due="P1D" n:priority="80" n:mayAssess="true"'
    world.deploy(
        model(f'<startEvent id="s"/><userTask id="u" name="Call" {attributes}/><endEvent id="e"/>', "s > u > e"),
        form("f"),
    )
    world.start()

    task = world.task("u")
    assert (task.name, task.form, task.group, task.priority, task.version) == ("Call", "f", "team", 80, 1)
    assert task.due_at == world.now + timedelta(days=1)
    assert (task.opened_at, task.process, task.status) == (world.now, "P", "open")


def test_values_stand_in_the_token_under_the_key_of_the_form(world: World) -> None:
    body = ONE + '<userTask id="u2"/>'
    world.deploy(model(body, "s > u > u2 > e"), form("f"))
    world.start(age=70)

    world.complete("u", result="given")
    assert world.data("u2") == {"age": 70, "f": {"result": "given"}}


def test_fields_with_a_fact_become_case_facts(world: World) -> None:
    body = ONE + '<userTask id="u2"/>'
    world.deploy(model(body, "s > u > u2 > e"), form("f", facts={"admissions": "adm_12m"}))
    world.start()

    world.complete("u", admissions=3)
    assert world.known == {"adm_12m": 3}


def test_a_task_without_a_form_takes_no_values(world: World) -> None:
    world.play('<startEvent id="s"/><userTask id="u"/><endEvent id="e"/>', "s > u > e")

    with pytest.raises(FormRefused) as refused:
        world.complete("u", answer=1)

    assert refused.value.problems == (("#/answer", "This task has no form."),)
    world.complete("u")
    assert world.status == "completed"


def test_a_manual_task_waits_like_a_user_task(world: World) -> None:
    world.play('<startEvent id="s"/><manualTask id="m" name="Visit"/><endEvent id="e"/>', "s > m > e")

    assert world.open == ["m"]
    world.complete("m")
    assert world.status == "completed"


def test_a_plain_task_waits_for_a_person_too(world: World) -> None:
    world.play('<startEvent id="s"/><task id="t"/><endEvent id="e"/>', "s > t > e")

    assert world.open == ["t"]
    world.complete("t")
    assert (world.visited, world.status) == (["s", "t", "e"], "completed")


@pytest.mark.parametrize(
    ("attribute", "due"),
    [
        ("", None),
        ('n:due="PT48H"', timedelta(hours=48)),
        ('n:due="= duration(&quot;PT1H&quot;)"', timedelta(hours=1)),
        ('n:due="2026-02-01T10:00:00Z"', datetime(2026, 2, 1, 10, tzinfo=UTC)),
        ('n:due="= missing"', None),
        ('n:due="= wanted"', datetime(2026, 3, 1, tzinfo=UTC)),
        ('n:due="P1D" n:dueFrom="= wanted"', datetime(2026, 3, 2, tzinfo=UTC)),
        ('n:due="P1D" n:dueFrom="= missing"', timedelta(days=1)),
        ('n:dueBusinessDays="= missing"', None),
    ],
)
def test_the_due_date_comes_from_duration_instant_or_expression(
    world: World, attribute: str, due: timedelta | datetime | None
) -> None:
    body = f'<startEvent id="s"/><userTask id="u" {attribute}/><endEvent id="e"/>'
    world.play(body, "s > u > e", values={"wanted": datetime(2026, 3, 1, tzinfo=UTC)})

    assert world.task("u").due_at == (world.now + due if isinstance(due, timedelta) else due)


def test_business_days_end_with_the_organisations_day(world: World) -> None:
    body = '<startEvent id="s"/><userTask id="u" n:dueBusinessDays="2" n:dueFrom="= friday"/><endEvent id="e"/>'
    world.play(body, "s > u > e", values={"friday": datetime(2026, 1, 16, 15, tzinfo=UTC)})

    # Monday the 19th is a federal holiday; the day ends in New York
    assert world.task("u").due_at == datetime(2026, 1, 22, 4, 59, 59, tzinfo=UTC)


def test_prefill_is_what_the_model_gives_the_task(world: World) -> None:
    body = '<startEvent id="s"/><userTask id="u" n:form="f" n:prefill="= { dose: base * 2 }"/><endEvent id="e"/>'
    world.deploy(model(body, "s > u > e"), form("f", fields=["dose"]))
    world.start(base=20)

    task = world.task("u").id
    page = world.read(lambda tx: world.reading.task(tx, ALL, task))
    assert page.values == {"dose": 40}


@pytest.mark.parametrize("given", ['"two"', "1.5", "-1", "100000", "1e6000", "true", "[1]"])
def test_working_days_that_are_no_whole_number_park_the_token(world: World, given: str) -> None:
    body = '<startEvent id="s"/><userTask id="u" n:dueBusinessDays="= days"/><endEvent id="e"/>'
    source = f'<scriptTask id="k"><script>{{ days: {given} }}</script></scriptTask>'
    world.play(body + source, "s > k > u > e")

    assert (world.open, world.stuck) == ([], [("u", "timer-text")])
