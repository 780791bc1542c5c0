"""Case data keeps its types and no value can break a case: in token data, facts, drafts, prefill and message payloads."""

from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from database import SealBroken
from engine import SaveDraft
from engine.spiff.codec import decode
from engine.store import tables
from engine.values import dumps, loads, pack
from feel import YearsMonths, compile_expression
from tests.support.world import ALL, ANN, World, form, model

MONTHS = compile_expression('duration("P1Y2M")').evaluate({})
LONDON = compile_expression('time("10:30:00@Europe/London")').evaluate({})
HOSTILE: dict[str, Any] = {
    "typename": 1,
    "$": {"$": "decimal", "v": "x"},
    "~$": [1, {"~~$": None}],
    "v": {"typename": "set", "values": [1]},
    "": {"": ""},
    "decimal": Decimal("1E+5"),
    "cents": Decimal("0.10"),
    "day": date(2026, 2, 28),
    "clock": time(10, 30),
    "zoned": time(10, 30, tzinfo=timezone(timedelta(hours=2))),
    "at": datetime(2026, 2, 28, 1, 2, 3, 4, tzinfo=UTC),
    "naive": datetime(2026, 2, 28, 1, 2, 3),  # FEEL knows times without a zone
    "offset": datetime(2026, 2, 28, 1, 2, tzinfo=timezone(timedelta(hours=-5, minutes=-30))),
    "span": timedelta(days=-1, seconds=3, microseconds=5),
    "months": MONTHS,
    "big": 2**70,
    "small": -(2**53) - 1,
    "edge": [2**53, -(2**53)],
    "deep": {"a": [{"b": [[], {}, None, True, False, 0, -0.5, "ü\U0001f600\n\x00"]}]},
}

plain = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(st.characters(exclude_categories=("Cs",))),
    st.decimals(allow_nan=False, allow_infinity=False),
    st.dates(),
    st.datetimes(timezones=st.just(UTC)),
    st.datetimes(),
    st.times(),
    st.timedeltas(),
)
keys = st.one_of(
    st.sampled_from(["$", "~$", "~~$", "v", "typename", ""]), st.text(st.characters(exclude_categories=("Cs",)))
)
values = st.recursive(
    plain, lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(keys, inner, max_size=4)), max_leaves=20
)


@given(values)
def test_every_value_comes_back_equal(value: Any) -> None:
    assert loads(dumps(value)) == value


@given(values)
def test_types_come_back_except_for_whole_numbers_too_big_for_json(value: Any) -> None:
    assert types(loads(dumps(value))) == types(value)


def types(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: types(item) for key, item in value.items()}
    if isinstance(value, list):
        return [types(item) for item in value]
    return Decimal if isinstance(value, int) and abs(value) > 2**53 else type(value)


@pytest.mark.parametrize("value", [object(), {1, 2}, b"bytes", [lambda: None], {"deep": {"x": object()}}])
def test_what_cannot_be_kept_is_refused_by_its_type(value: Any) -> None:
    with pytest.raises(TypeError, match="Expected a value that a case can keep"):
        dumps(value)


@pytest.mark.parametrize("value", [{1: "x"}, {None: "x"}, {"a": {date(2026, 1, 1): 1}}])
def test_keys_that_are_no_text_are_refused(value: Any) -> None:
    with pytest.raises(TypeError, match="Expected text keys"):
        dumps(value)


def test_tuples_become_lists() -> None:
    assert pack((1, (2,))) == [1, [2]]


def test_years_and_months_and_zoned_times_come_back() -> None:
    assert loads(dumps([MONTHS, LONDON])) == [MONTHS, LONDON]
    assert isinstance(loads(dumps(MONTHS)), YearsMonths)


def test_a_moment_of_a_zone_stays_the_same_instant() -> None:
    moment = datetime(2026, 7, 1, 12, tzinfo=ZoneInfo("America/New_York"))

    assert loads(dumps(moment)) == moment


ONE = '<startEvent id="s"/><userTask id="a" n:form="f"/><userTask id="u"/><endEvent id="e"/>'


def test_form_values_variables_and_payloads_survive_every_step(either_world: World) -> None:
    world = either_world
    body = ONE.replace('<userTask id="u"/>', '<receiveTask id="m" messageRef="go"/><userTask id="u"/>')
    world.deploy(model(body, "s > a > m > u > e"), form("f", facts={"typename": "typename", "months": "months"}))
    hostile = {**HOSTILE, "deep": {"a": [{"b": [[], {}, None, True, 0, -0.5, "ü"]}]}}
    world.start(**hostile)

    world.complete("a", **hostile)
    world.send("go", **hostile)
    data = world.data("u")
    assert {name: data[name] for name in hostile} == hostile
    assert data["f"] == hostile
    assert data["go"] == hostile
    assert world.known == {"typename": 1, "months": MONTHS}
    assert {type(data[name]) for name in ("day", "decimal", "span")} == {date, Decimal, timedelta}


def test_a_draft_survives(either_world: World) -> None:
    world = either_world
    world.deploy(model(ONE, "s > a > u > e"), form("f"))
    world.start()
    task = world.task("a").id

    world.execute(SaveDraft(task, HOSTILE, ANN, world.now, 0))
    page = world.read(lambda tx: world.reading.task(tx, ALL, task))
    assert page.draft == HOSTILE


def test_a_case_that_holds_hostile_keys_still_loads_and_ends(world: World) -> None:
    world.deploy(model(ONE, "s > a > u > e"), form("f"))
    world.start(typename="BpmnWorkflow", data={"typename": "Task"})

    world.complete("a", typename={"typename": 1})
    world.complete("u")
    assert world.status == "completed"


def test_a_blob_of_another_version_is_refused(world: World) -> None:
    world.deploy(model(ONE, "s > a > u > e"), form("f"))
    world.start()
    specs = world.release().specs["P"]

    with pytest.raises(ValueError, match="version 9"):
        decode(b"\x09rest", specs.spec, specs.subprocess_specs, None)


def test_the_state_is_sealed_and_bound_to_its_case(world: World) -> None:
    world.deploy(model(ONE, "s > a > u > e"), form("f"))
    case = world.start(secret="Maria")

    (row,) = world.rows(sa.select(tables.cases.c.state))
    assert b"Maria" not in row.state
    with pytest.raises(SealBroken):
        world.keyring.open(row.state, "cases", "state", case + "x")
