"""Reading: every list and single answer is within a Scope, pages are stable, cursors are ours, plans use the indexes."""

import base64
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest
import sqlalchemy as sa

from access import CaseAudience
from engine import (
    Actor,
    Artefact,
    Case,
    CaseFilter,
    ClaimTask,
    CursorRefused,
    InboxFilter,
    NotFound,
    ProcessUnknown,
    SaveDraft,
    Scope,
    StaleVersion,
    shard_of,
)
from tests.support.world import ALL, ANN, World, form, model, table

BODY = '<startEvent id="s"/><userTask id="a" name="Call" n:form="f" n:group="{}" n:due="PT{}H"/><endEvent id="e"/>'
NOBODY = Scope("stranger")


def deployed(world: World) -> None:
    for group in ("team", "other"):
        world.deploy(model(BODY.format(group, 24), "s > a > e", process=group), form("f"))


def inbox(world: World, scope: Scope, **wanted: Any) -> list[str]:
    return [item.case_id for item in world.read(lambda tx: world.reading.inbox(tx, scope, InboxFilter(**wanted))).items]


def listed(world: World, scope: Scope, **wanted: Any) -> list[str]:
    return [item.id for item in world.read(lambda tx: world.reading.cases(tx, scope, CaseFilter(**wanted))).items]


def grant(world: World, case: str, person: str) -> None:
    row = Case(shard_of(case), case, "P", "r1", 1, b"", b"", {}, "subject", None)  # type: ignore[arg-type]
    world.database.write(lambda tx: CaseAudience().joined(tx, row, person, "team"))


def sees(world: World, scope: Scope, case: str) -> bool:
    """Whether every way of asking knows of the case, or none does."""
    task = next(
        item.id for item in world.read(lambda tx: world.reading.inbox(tx, ALL, InboxFilter(case_id=case))).items
    )
    found = [case in inbox(world, scope), case in listed(world, scope)]
    found.append(bool(world.read(lambda tx: world.reading.tasks(tx, scope, (task,)))))
    for ask in (
        lambda tx: world.reading.case(tx, scope, case),
        lambda tx: world.reading.task(tx, scope, task),
        lambda tx: world.reading.timeline(tx, scope, case, 10, None),
        lambda tx: world.reading.diagram(tx, scope, case, None),
        lambda tx: world.reading.timers(tx, scope, case, None, 10),
    ):
        try:
            world.read(ask)
        except NotFound:
            found.append(False)
        else:
            found.append(True)
    assert len(set(found)) == 1, found
    return found[0]


def test_a_scope_is_the_same_filter_for_every_question(either_world: World) -> None:
    world = either_world
    deployed(world)
    ours, theirs = world.start("team", unit="north"), world.start("other", unit="south")

    assert [sees(world, NOBODY, case) for case in (ours, theirs)] == [False, False]
    assert [sees(world, ALL, case) for case in (ours, theirs)] == [True, True]
    assert [sees(world, Scope("x", frozenset({"team"})), case) for case in (ours, theirs)] == [True, False]
    assert [sees(world, Scope("x", units=frozenset({"south"})), case) for case in (ours, theirs)] == [False, True]
    grant(world, theirs, "x")
    assert [sees(world, Scope("x"), case) for case in (ours, theirs)] == [False, True]
    assert not sees(world, Scope("y"), theirs)


def test_what_is_assigned_is_seen_by_its_assignee(world: World) -> None:
    deployed(world)
    case = world.start("team")
    world.execute(ClaimTask(world.task("a").id, ANN, world.now))

    assert sees(world, Scope("ann"), case)
    assert not sees(world, NOBODY, case)


def test_an_ended_case_is_not_seen_through_its_group_any_more(world: World) -> None:
    deployed(world)
    case = world.start("team")
    world.complete("a")

    assert listed(world, Scope("x", frozenset({"team"}))) == []
    assert listed(world, ALL) == [case]


@pytest.mark.parametrize("case", ["", "zzz", "000" + "0" * 32])
def test_an_unknown_thing_is_not_found(world: World, case: str) -> None:
    deployed(world)

    for ask in (world.reading.case, world.reading.task):
        with pytest.raises(NotFound):
            world.read(lambda tx, ask=ask: ask(tx, ALL, case))
    assert world.read(lambda tx: world.reading.tasks(tx, ALL, ())) == ()


def test_queues_of_the_inbox(world: World) -> None:
    deployed(world)
    mine, free, theirs = world.start("team"), world.start("team"), world.start("other")
    world.case = mine
    world.execute(ClaimTask(world.task("a").id, ANN, world.now))
    scope = Scope("ann", frozenset({"team"}), everything=True)

    assert sorted(inbox(world, scope, queue="all")) == sorted([mine, free, theirs])
    assert inbox(world, scope, queue="mine") == [mine]
    assert inbox(world, scope, queue="claimable") == [free]
    assert sorted(inbox(world, scope, queue="team")) == sorted([mine, free])


def test_filters_of_the_inbox(world: World) -> None:
    deployed(world)
    inner = '<startEvent id="s"/><userTask id="q" n:due="PT1H"/><userTask id="q2"/><endEvent id="e"/>'
    outer = '<startEvent id="s"/><callActivity id="c" calledElement="Q" n:stage="screening"/><endEvent id="e"/>'
    attributes = 'n:grade="risk"'
    world.facts.given = {}
    risky = '<startEvent id="s"/><serviceTask id="x" n:operation="set_case_fact" n:parameters="= {name: &quot;risk&quot;, value: &quot;high&quot;}"/>'
    world.deploy(
        model(inner, "s > q > q2 > e", process="Q"),
        model(outer, "s > c > e", process="R"),
        model(risky + '<userTask id="a"/><endEvent id="e"/>', "s > x > a > e", process="H", attributes=attributes),
    )
    staged, high = world.start("R"), world.start("H")
    maria = world.start("other", subject="maria")
    world.case = maria
    world.execute(ClaimTask(world.task("a").id, Actor("bob", groups=frozenset({"other"})), world.now))

    assert inbox(world, ALL, phase="screening") == [staged]
    assert inbox(world, ALL, risk="high") == [high]
    assert inbox(world, ALL, case_id=high) == [high]
    assert inbox(world, ALL, subjects=("maria",)) == [maria]
    assert inbox(world, ALL, subjects=()) == []
    assert inbox(world, ALL, assignee="bob") == [maria]
    assert inbox(world, ALL, group="other") == [maria]
    assert inbox(world, ALL, due_before=world.now + timedelta(hours=2)) == [staged]
    assert inbox(world, ALL, status="completed") == []
    world.case = maria
    assert listed(world, ALL, phase="screening") == [staged]
    assert listed(world, ALL, risk="high") == [high]
    assert listed(world, ALL, process="R", status="active") == [staged]
    assert listed(world, ALL, subjects=("maria",)) == [maria]
    assert listed(world, ALL, older_than=world.now) == []
    assert listed(world, ALL, element="q") == [staged]
    assert listed(world, ALL, unit="north", manager="x") == []


@pytest.mark.parametrize("sort", ["due_at", "-due_at", "opened_at", "-opened_at"])
def test_pages_are_stable_while_tasks_come_in(either_world: World, sort: str) -> None:
    world = either_world
    for hours in (1, 2, 3):
        world.deploy(model(BODY.format("team", hours), "s > a > e", process=f"h{hours}"), form("f"))
    world.deploy(model('<startEvent id="s"/><userTask id="a"/><endEvent id="e"/>', "s > a > e", process="never"))
    before = []
    for n in range(11):
        before.append(world.start(("h1", "h2", "h3", "never")[n % 4]))
        world.now += timedelta(seconds=n % 3)

    seen, cursor = [], None
    for _ in range(20):
        wanted = InboxFilter(sort=sort, limit=3, cursor=cursor)
        page = world.read(lambda tx, wanted=wanted: world.reading.inbox(tx, ALL, wanted))
        seen += page.items
        cursor = page.cursor
        world.start("h2")
        if cursor is None:
            break
    old = [item for item in seen if item.case_id in before]
    assert sorted(item.case_id for item in old) == sorted(before)
    assert len({item.id for item in seen}) == len(seen)
    far = datetime(9999, 1, 1, tzinfo=UTC)
    keys = [(item.opened_at if "opened" in sort else item.due_at or far, item.id) for item in seen]
    assert keys == sorted(keys, reverse=sort.startswith("-"))


@pytest.mark.parametrize("sort", ["started_at", "-started_at"])
def test_pages_of_cases_are_stable(either_world: World, sort: str) -> None:
    world = either_world
    deployed(world)
    before = []
    for n in range(8):
        world.now += timedelta(seconds=n % 2)
        before.append(world.start("team"))

    seen, cursor = [], None
    while True:
        wanted = CaseFilter(sort=sort, limit=3, cursor=cursor)
        page = world.read(lambda tx, wanted=wanted: world.reading.cases(tx, ALL, wanted))
        seen += [item.id for item in page.items]
        cursor = page.cursor
        if cursor is None:
            break
    assert sorted(seen) == sorted(before)


def sealed(*parts: Any) -> str:
    return base64.urlsafe_b64encode(orjson.dumps(list(parts))).rstrip(b"=").decode()


FORGED = [
    "",
    "x",
    "é",
    "%%%",
    "a" * 5000,
    base64.urlsafe_b64encode(b"\xff\xfe").decode(),
    sealed(),
    sealed("2026-01-01T00:00:00+00:00"),
    sealed("a", "b", "c"),
    sealed("2026-01-01T00:00:00+00:00", 1),
    sealed("2026-01-01T00:00:00", "x"),
    sealed("yesterday", "x"),
    base64.urlsafe_b64encode(b'{"a": 1}').decode(),
]


@pytest.mark.parametrize("cursor", FORGED)
def test_forged_cursors_are_refused(world: World, cursor: str) -> None:
    with pytest.raises(CursorRefused):
        world.read(lambda tx: world.reading.inbox(tx, ALL, InboxFilter(cursor=cursor)))
    with pytest.raises(CursorRefused):
        world.read(lambda tx: world.reading.cases(tx, ALL, CaseFilter(cursor=cursor)))


def timeline(world: World, limit: int, cursor: str | None = None) -> Any:
    return world.read(lambda tx: world.reading.timeline(tx, ALL, world.case, limit, cursor))


def test_the_timeline_is_newest_first_and_comes_in_pages(either_world: World) -> None:
    world = either_world
    deployed(world)
    world.start("team")
    world.complete("a")

    kinds, cursor = [], None
    while True:
        page = timeline(world, 1, cursor)
        kinds += [item.kind for item in page.items]
        cursor = page.cursor
        if cursor is None:
            break
    assert kinds == ["CaseEnded", "TaskCompleted", "TaskOpened", "CaseStarted"]
    assert timeline(world, 10).items[1].actor == "ann"
    with pytest.raises(CursorRefused):
        timeline(world, 1, sealed("1", 2))


def test_a_task_page_has_all_that_its_page_needs(either_world: World) -> None:
    world = either_world
    body = (
        '<startEvent id="s"/><userTask id="first" n:form="f"/><userTask id="a" name="Call" n:form="g" n:group="team">'
        '<documentation>Ask how it goes.</documentation></userTask><endEvent id="e"/>'
    )
    world.facts.given = {"age": 71}
    world.deploy(
        model(body, "s > first > a > e"),
        form("f", facts={"admissions": "adm_12m"}),
        form("g", facts={"n": "adm_12m"}, fields=["age"], reads=["age", "nothing"], title="Call form"),
    )
    world.start()
    world.complete("first", admissions=2)
    world.execute(SaveDraft(world.task("a").id, {"n": 3}, ANN, world.now))
    task = world.task("a").id

    page = world.read(lambda tx: world.reading.task(tx, ALL, task))

    assert (page.task.name, page.purpose, page.case.id) == ("Call", "Ask how it goes.", world.case)
    assert (page.values, page.context, page.draft) == ({"age": 71, "n": 2}, {"age": 71}, {"n": 3})
    assert (page.known["n"].value, page.known["n"].source, page.known["n"].at) == (2, "first", world.now)
    assert [event.kind for event in page.why] == ["TaskCompleted", "TaskOpened"]
    assert page.definition["title"] == "Call form"


def test_a_task_without_form_has_an_empty_page(world: World) -> None:
    world.play('<startEvent id="s"/><userTask id="a"/><endEvent id="e"/>', "s > a > e")
    task = world.task("a").id

    page = world.read(lambda tx: world.reading.task(tx, ALL, task))

    assert (page.definition, page.values, page.context, page.known, page.draft, page.purpose) == (
        None,
        {},
        {},
        {},
        None,
        None,
    )


def nested(world: World) -> str:
    inner = '<startEvent id="s"/><userTask id="q" n:form="f"/><endEvent id="e"/>'
    outer = (
        '<startEvent id="s"/><exclusiveGateway id="m"/><callActivity id="c" name="Screen" calledElement="Q" n:stage="screening"/>'
        '<exclusiveGateway id="g" default="g_e"/><endEvent id="e"/><endEvent id="e2"/><boundaryEvent id="b" attachedToRef="c">'
        "<timerEventDefinition><timeDuration>P9D</timeDuration></timerEventDefinition></boundaryEvent>"
        '<boundaryEvent id="b2" attachedToRef="c"><messageEventDefinition messageRef="stop"/></boundaryEvent>'
    )
    world.deploy(
        model(outer, "s > m > c > g > e", "g > m ? = f.again", "b > e2", "b2 > e2"),
        model(inner, "s > q > e", process="Q"),
        form("f"),
    )
    return world.start()


def test_a_diagram_shows_tokens_visits_timers_and_tasks_of_one_process(either_world: World) -> None:
    world = either_world
    case = nested(world)
    world.complete("q", again=True)

    top = world.read(lambda tx: world.reading.diagram(tx, ALL, case, None))
    called = world.read(lambda tx: world.reading.diagram(tx, ALL, case, "Q"))

    assert (top.process, top.processes, top.live, top.tokens) == ("P", ("P", "Q"), {"P", "Q"}, {"c": 1})
    assert (top.visits, [timer.element for timer in top.timers], top.tasks) == (
        {"s": 1, "m": 2, "c": 1, "g": 1},
        ["b"],
        (),
    )
    assert (called.tokens, called.visits, [task.element for task in called.tasks]) == (
        {"q": 1},
        {"s": 2, "q": 1, "e": 1},
        ["q"],
    )
    assert called.source == world.read(lambda tx: world.reading.artefact(tx, "r1", "model", "Q"))
    with pytest.raises(NotFound):
        world.read(lambda tx: world.reading.diagram(tx, ALL, case, "Z"))


def test_the_board_counts_over_all_cases(either_world: World) -> None:
    world = either_world
    nested(world)
    world.start()
    world.complete("q", again=False)
    world.start()

    top = world.read(lambda tx: world.reading.board(tx, "P"))
    called = world.read(lambda tx: world.reading.board(tx, "Q"))

    assert (top.tokens, top.visits["c"], top.visits["s"]) == ({"c": 2}, 1, 3)  # an armed boundary event is no token
    assert (called.tokens, called.visits["q"], called.tasks) == ({"q": 2}, 1, ())
    with pytest.raises(NotFound):
        world.read(lambda tx: world.reading.board(tx, "Z"))


def test_the_names_of_elements_are_those_of_the_diagram(world: World) -> None:
    nested(world)

    names = world.read(lambda tx: world.reading.names(tx, "r1"))
    assert (names["P", "c"], names["Q", "q"]) == ("Screen", "q")
    with pytest.raises(NotFound):
        world.read(lambda tx: world.reading.names(tx, "r9"))


def test_timers_of_all_cases_are_for_those_who_may_see_everything(world: World) -> None:
    case = nested(world)

    every = world.read(lambda tx: world.reading.timers(tx, ALL, None, None, 10)).items
    assert [timer.case_id for timer in every] == [case]
    assert world.read(lambda tx: world.reading.timers(tx, NOBODY, None, None, 10)).items == ()
    assert world.read(lambda tx: world.reading.timers(tx, ALL, None, world.now, 10)).items == ()
    assert world.view.next_timer_at == every[0].due_at


def test_statistics_count_cases_tasks_stages_elements_and_incidents(either_world: World) -> None:
    world = either_world
    nested(world)
    world.pass_time(hours=2)
    world.complete("q", again=False)
    world.start()

    found = world.read(lambda tx: world.reading.statistics(tx, world.now))

    assert (found.cases.started, found.cases.active, found.cases.ended) == (2, 1, 1)
    assert (found.cases.by_stage, found.cases.by_grade) == ({"screening": 1}, {None: 2})
    assert (found.tasks.opened, found.tasks.completed, found.tasks.open, found.tasks.overdue) == (2, 1, 1, 0)
    assert found.stages == {(None, "screening"): 2}
    assert (found.elements["Q", "q"].visits, found.elements["Q", "q"].median_seconds) == (1, 7200.0)
    assert found.incidents == 0


def test_releases_artefacts_and_titles(world: World) -> None:
    with pytest.raises(ProcessUnknown):
        world.read(lambda tx: world.reading.artefacts(tx, None))
    assert world.read(world.reading.designs) == ()
    deployed(world)
    world.deploy(table("band", "x", "band", {"1": "2"}), form("titled", title="A title"))

    releases = world.read(lambda tx: world.reading.releases(tx, 2)).items
    assert [(item.id, item.number, item.active, item.created_by) for item in releases] == [
        ("r3", 3, True, "ann"),
        ("r2", 2, False, "ann"),
    ]
    titles = {(item.kind, item.key): item.title for item in world.read(lambda tx: world.reading.artefacts(tx, None))}
    assert titles["decision", "band"] == "band"
    assert (titles["form", "titled"], titles["form", "f"], titles["model", "team"]) == ("A title", "f", "team")
    with pytest.raises(NotFound):
        world.read(lambda tx: world.reading.artefact(tx, "r1", "form", "titled"))


def test_drafts_of_designs_are_kept_with_a_version(either_world: World) -> None:
    world = either_world
    deployed(world)

    def save(source: bytes, version: int, key: str = "team") -> None:
        world.database.write(lambda tx: world.reading.save_design(tx, "model", key, source, version, ANN, world.now))

    save(b"<one/>", 0)
    with pytest.raises(StaleVersion):
        save(b"<late/>", 0)
    save(b"<two/>", 1)
    save(b"<new/>", 0, "brand_new")
    drafts = {item.key: item for item in world.read(world.reading.designs) if item.draft}
    assert {key: (item.source, item.version, item.title) for key, item in drafts.items()} == {
        "team": (b"<two/>", 2, "team"),
        "brand_new": (b"<new/>", 1, "brand_new"),
    }
    assert world.read(lambda tx: world.reading.design(tx, "model", "team")).source == b"<two/>"
    world.database.write(lambda tx: world.reading.drop_design(tx, "model", "team"))
    deployed_one = world.read(lambda tx: world.reading.design(tx, "model", "team"))
    assert (deployed_one.draft, deployed_one.version) == (False, 0)
    with pytest.raises(NotFound):
        world.read(lambda tx: world.reading.design(tx, "model", "nothing"))


def test_check_tells_findings_of_the_changed_files_within_the_active_release(world: World) -> None:
    wrong = Artefact("model", "P", model(BODY.format("team", 1), "s > a > e"), "P.bpmn")
    assert "form-unknown" in {item.rule for item in world.read(lambda tx: world.reading.check(tx, (wrong,)))}
    world.deploy(form("f"))

    found = world.read(lambda tx: world.reading.check(tx, (wrong,)))
    assert {item.severity for item in found} == {"warning"}


# -- plans


def plans(world: World, work: Any) -> list[str]:
    """What SQLite says about each select of `work`, with the parameters it really had."""
    seen: list[tuple[str, Any]] = []

    def before(_connection, _cursor, statement, parameters, _context, _many) -> None:
        if statement.lstrip().upper().startswith("SELECT"):
            seen.append((statement, parameters))

    sa.event.listen(world.database.engine, "before_cursor_execute", before)
    world.read(work)
    sa.event.remove(world.database.engine, "before_cursor_execute", before)
    with world.database.engine.connect() as connection:
        return [
            "; ".join(row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}", parameters))
            for text, parameters in seen
        ]


def crowded(world: World) -> None:
    deployed(world)
    for n in range(30):
        world.start("team" if n % 2 else "other", subject=f"s{n}")


def test_lists_are_served_by_their_indexes_on_sqlite(world: World) -> None:
    crowded(world)
    reading, scope = world.reading, Scope("ann", frozenset({"team"}), everything=True)
    asked = {
        "timers_going": lambda tx: world.engine.due(tx, world.now, 10),
        "tasks_mine": lambda tx: reading.inbox(tx, scope, InboxFilter(queue="mine")),
        "tasks_group": lambda tx: reading.inbox(tx, scope, InboxFilter(queue="claimable")),
        "tasks_case": lambda tx: reading.inbox(tx, scope, InboxFilter(case_id=world.case)),
        "cases_started": lambda tx: reading.cases(tx, scope, CaseFilter()),
        "cases_subject": lambda tx: world.engine.open_cases(tx, ["s1"]),
    }

    for index, work in asked.items():
        (plan,) = plans(world, work)
        assert f" {index}" in plan, (index, plan)
        assert "SCAN tasks;" not in plan, plan


def test_the_next_wake_reads_one_row_of_its_index(world: World) -> None:
    crowded(world)

    (plan,) = plans(world, world.engine.next_wake)
    assert "timers_going" in plan, plan


def test_a_scoped_inbox_scans_no_table(world: World) -> None:
    crowded(world)
    scope = Scope("ann", frozenset({"team"}), frozenset({"north"}))

    (plan,) = plans(world, lambda tx: world.reading.inbox(tx, scope, InboxFilter()))
    assert "USING INDEX tasks_" in plan, plan


def test_the_inbox_over_everything_walks_the_index_of_due_dates(world: World) -> None:
    crowded(world)

    (plan,) = plans(world, lambda tx: world.reading.inbox(tx, ALL, InboxFilter()))
    assert "tasks_due" in plan, plan
    assert "TEMP B-TREE" not in plan, plan


@pytest.mark.parametrize("sort", ["next_timer_at", "-next_timer_at"])
def test_cases_by_their_next_timer_are_in_order_across_pages(either_world: World, sort: str) -> None:
    world = either_world
    timed = (
        '<startEvent id="s"/><intermediateCatchEvent id="t"><timerEventDefinition><timeDuration>= wait</timeDuration>'
        '</timerEventDefinition></intermediateCatchEvent><endEvent id="e"/>'
    )
    untimed = '<startEvent id="s"/><userTask id="u"/><endEvent id="e"/>'
    world.deploy(model(timed, "s > t > e"), model(untimed, "s > u > e", process="U"))
    waits = {world.start(wait=f"PT{hours}H"): hours for hours in (3, 1, 5, 2)}
    without = {world.start("U"), world.start("U")}

    seen: list[str] = []
    cursor = None
    for _ in range(3):
        wanted = CaseFilter(sort=sort, limit=2, cursor=cursor)
        page = world.read(lambda tx, wanted=wanted: world.reading.cases(tx, ALL, wanted))
        seen += [item.id for item in page.items]
        cursor = page.cursor

    timers = [waits[case] for case in seen[:4]]
    assert timers == sorted(waits.values(), reverse=sort.startswith("-"))
    assert (set(seen[4:]), cursor) == (without, None)


def test_timers_and_releases_are_paged(either_world: World) -> None:
    world = either_world
    for _ in range(3):
        nested(world)

    first = world.read(lambda tx: world.reading.timers(tx, ALL, None, None, 2))
    rest = world.read(lambda tx: world.reading.timers(tx, ALL, None, None, 2, first.cursor))
    assert (len({timer.id for timer in (*first.items, *rest.items)}), rest.cursor) == (3, None)
    with pytest.raises(NotFound):
        world.read(lambda tx: world.reading.timer(tx, ALL, "0" * 35))
    with pytest.raises(NotFound):
        world.read(lambda tx: world.reading.timer(tx, NOBODY, first.items[0].id))

    newest = world.read(lambda tx: world.reading.releases(tx, 1))
    assert newest.cursor is None or newest.items[0].number > 1
    with pytest.raises(CursorRefused):
        world.read(lambda tx: world.reading.releases(tx, 1, "x"))
