"""Measures over HTTP: the catalogue with its trend for whoever steers, the cases behind one for whoever may know of them."""

from datetime import timedelta

import pytest

from api import create_app
from care import CATALOGUE
from engine import CaseId
from tests.api.site import CANARY, Visitor, slug
from tests.journeys.conftest import enrolled_home, prepared_home, story
from tests.journeys.story import ENROLLED, Story

__all__ = ["enrolled_home", "prepared_home", "story"]


@pytest.fixture
def site(story) -> tuple[Story, dict[str, Visitor]]:
    """Client 7001 is enrolled in unit north and was discharged and reached in June 2025."""
    told = story()
    told.feed("late_discharge.hl7")
    told.until(2025, 6, 20)
    app = create_app(told.program)
    people = ("sofia-supervisor", "samuel-supervisor", "quentin-quality", "adam-administrator", "ines-intake")
    return told, {person.split("-")[0]: Visitor(app).sign_in(person) for person in people}


def items(visitor: Visitor, query: str) -> dict:
    return {item["id"]: item for item in visitor.get(f"/measures{query}")["items"]}


def test_the_list_is_the_catalogue_with_values_or_what_is_missing(site):
    _, by = site

    page = by["sofia"].get("/measures?period=2025-06&months=3")

    assert [item["id"] for item in page["items"]] == [item.id for item in CATALOGUE]
    assert (page["period"], page["zone"], page["next_cursor"]) == ("2025-06", "America/New_York", None)
    for item in page["items"]:
        assert item["definition"]["numerator"]
        if item["missing"] is not None:
            assert "value" not in item
            assert item["trend"] == []
        else:
            assert [point["period"] for point in item["trend"]] == ["2025-04", "2025-05", "2025-06"]
            assert {key: item[key] for key in item["trend"][-1]} == item["trend"][-1]


def test_the_month_of_now_is_meant_unless_one_is_named(site):
    told, by = site

    assert told.clock.now() > ENROLLED + timedelta(days=20)
    assert by["sofia"].get("/measures")["period"] == "2025-06"
    assert items(by["quentin"], "?period=2025-05")["enrolment_rate"]["numerator"] == 1
    assert items(by["quentin"], "?period=2025-06")["outreach_48h_reached"]["denominator"] == 1


def test_the_cases_behind_a_measure_are_those_of_ones_own_unit_and_name_no_client(site):
    told, by = site
    case = told.one("SELECT id FROM cases")

    mine = by["sofia"].get("/measures/outreach_48h_reached?period=2025-06")
    other = by["samuel"].get("/measures/outreach_48h_reached?period=2025-06")

    assert [item["case_id"] for item in mine["cases"]] == [case]
    assert (mine["hidden"], mine["next_cursor"]) == (0, None)
    assert (other["cases"], other["hidden"]) == ([], 1)
    assert (mine["value"], mine["denominator"]) == (other["value"], other["denominator"])
    assert "Example" not in str(mine)
    assert CANARY not in str(mine)


@pytest.mark.parametrize("who", ["quentin", "adam"])
def test_quality_and_masked_roles_get_counts(site, who):
    _, by = site

    found = by[who].get("/measures/enrolment_rate?period=2025-05")

    assert (found["numerator"], found["cases"], found["hidden"]) == (1, [], 1)


def test_cases_come_page_by_page(site):
    told, by = site
    behind = by["sofia"].get("/measures/contact_on_time?period=2025-06")["cases"]
    assert len(behind) >= 1

    pages, cursor = [], ""
    while cursor is not None:
        page = by["sofia"].get(
            f"/measures/contact_on_time?period=2025-06&limit=1{f'&cursor={cursor}' if cursor else ''}"
        )
        pages += page["cases"]
        cursor = page["next_cursor"]

    assert pages == behind
    assert told.program.database.read(
        lambda tx: told.program.reading.case(tx, by_everything(), CaseId(pages[0]["case_id"]))
    )


def by_everything():
    from engine import Scope

    return Scope("test", everything=True)


@pytest.mark.parametrize(
    "query", ["period=2025-13", "period=june", "period=1969-01", "months=0", "months=25", "no=1", "cursor=x"]
)
def test_what_is_no_month_is_refused_by_its_name(site, query):
    _, by = site

    assert slug(by["sofia"].send("GET", f"/measures/enrolment_rate?{query}"))[0] == 422


def test_an_unknown_measure_and_a_role_without_the_right_are_refused(site):
    _, by = site

    assert slug(by["sofia"].send("GET", "/measures/no_such"))[0] == 404
    assert slug(by["ines"].send("GET", "/measures"))[0] == 403
    assert by["sofia"].get("/measures/mh_follow_up")["missing"]
