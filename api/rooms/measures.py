"""Measures: counts over all cases for whoever steers the programme; the cases behind them for whoever may know of them."""

from collections.abc import Sequence
from typing import Any

from api.caller import Caller, caller
from api.policies import MEASURES_READ
from api.routing import Room, Takes
from api.shapes import measures as shapes
from care import CATALOGUE, Definition, Measured, Period, definition, month, month_of, months_up_to
from database import Tx

room = Room("measures", "The measures of care, each with its definition, its trend and the cases behind it.")


@room.route("GET /measures", MEASURES_READ, shapes.MeasureList(), takes=Takes(query=shapes.MeasureQuery()), polled=True)
def list_measures(query: dict[str, Any]) -> Any:
    """All measures of a month with their trend."""
    who = caller()
    periods = _periods(who, query)
    found = who.read(lambda tx: who.program.measures.all_of(tx, periods))
    counted = {each[-1].definition.id: each for each in found}
    return {
        "period": periods[-1].label,
        "zone": who.program.settings.zone,
        "items": [_shown(item, counted.get(item.id, ())) for item in CATALOGUE],
        "next_cursor": None,
    }


@room.route(
    "GET /measures/<id:measure_id>",
    MEASURES_READ,
    shapes.MeasurePage(),
    takes=Takes(query=shapes.MeasurePageQuery()),
    polled=True,
)
def read_measure(query: dict[str, Any], measure_id: str) -> Any:
    """A measure of a month with the cases behind it."""
    who, wanted = caller(), definition(measure_id)
    return who.read(lambda tx: _page(tx, who, wanted, query))


def _page(tx: Tx, who: Caller, wanted: Definition, query: dict[str, Any]) -> dict[str, Any]:
    found = who.program.measures.one_of(tx, wanted, _periods(who, query))
    behind = found[-1].behind if found else ()
    known = _known(tx, who, {item.case_id for item in behind})
    visible = [item for item in behind if item.case_id in known]
    start = int(query["cursor"] or 0)
    end = start + query["limit"]
    cases = [
        {
            "case_id": item.case_id,
            "counted": item.counted,
            "over": item.over,
            "excluded": item.excluded or None,
            "part": item.part or None,
        }
        for item in visible[start:end]
    ]
    return {
        **_shown(wanted, found),
        "cases": cases,
        "hidden": len(behind) - len(visible),
        "next_cursor": str(end) if end < len(visible) else None,
    }


def _known(tx: Tx, who: Caller, case_ids: set[str]) -> frozenset[str]:
    """Masked callers see counts only."""
    return frozenset() if who.masked else who.program.chronicle.known(tx, who.scope, case_ids)


def _periods(who: Caller, query: dict[str, Any]) -> tuple[Period, ...]:
    zone = who.program.measures.settings.zone
    last = month_of(who.now, zone) if query["period"] is None else month(query["period"], zone)
    return months_up_to(last, query["months"], zone)


def _shown(wanted: Definition, found: Sequence[Measured]) -> dict[str, Any]:
    said = {
        "id": wanted.id,
        "name": wanted.name,
        "unit": wanted.unit,
        "definition": wanted,
        "missing": wanted.missing or None,
    }
    if not found:
        return {**said, "trend": []}
    return {**_point(found[-1]), **said, "parts": found[-1].parts, "trend": [_point(item) for item in found]}


def _point(found: Measured) -> dict[str, Any]:
    return {
        "period": found.period.label,
        "value": found.value,
        "numerator": found.numerator,
        "denominator": found.denominator,
        "excluded": found.excluded,
    }
