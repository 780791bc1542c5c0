"""One suite for both databases: what `write`, `write_all` and `read` promise."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from database import (
    Conflict,
    ConstraintBroken,
    DatabaseClosed,
    NestedWrite,
    WriteInRead,
    create_tables,
    open_database,
)
from tests.support.statements import counted

TABLES = sa.MetaData()
counters = sa.Table(
    "counters",
    TABLES,
    sa.Column("id", sa.String(20), primary_key=True),
    sa.Column("value", sa.Integer, nullable=False),
    sa.Column("owner", sa.String(20), sa.ForeignKey("counters.id")),
)
ADD = sa.insert(counters)
ONE = sa.select(counters.c.value).where(counters.c.id == sa.bindparam("id"))
ALL = sa.select(counters.c.id, counters.c.value).order_by(counters.c.id)
STEP = (
    sa.update(counters)
    .where(counters.c.id == sa.bindparam("i"), counters.c.value == sa.bindparam("v"))
    .values(value=sa.bindparam("v") + 1)
)


@pytest.fixture
def store(database):
    create_tables(database, TABLES)
    return database


def add(name, value=0, owner=None):
    def work(tx):
        tx.run(ADD, {"id": name, "value": value, "owner": owner})
        return name

    return work


def increment(name):
    def work(tx):
        found = tx.one(ONE, {"id": name})
        tx.run(STEP, {"i": name, "v": found.value}, expect=1)
        return found.value + 1

    return work


def value(store, name):
    found = store.read(lambda tx: tx.one(ONE, {"id": name}))
    return None if found is None else found.value


def everything(store):
    return [tuple(row) for row in store.read(lambda tx: tx.rows(ALL))]


class Refused(Exception):
    pass


def failing_after(work):
    def failing(tx):
        work(tx)
        raise Refused

    return failing


def stale(tx):
    tx.run(STEP, {"i": "a", "v": 99}, expect=1)


def test_a_write_is_kept_and_answers(store):
    answer = store.write(add("a", 7))

    assert answer == "a"
    assert value(store, "a") == 7


def test_an_error_of_the_work_is_raised_as_it_is_and_nothing_is_kept(store):
    error = Refused("no")

    def work(tx):
        tx.run(ADD, {"id": "a", "value": 1, "owner": None})
        raise error

    with pytest.raises(Refused) as caught:
        store.write(work)

    assert caught.value is error
    assert everything(store) == []


def test_an_error_after_a_read_of_the_own_write_keeps_nothing(store):
    def work(tx):
        tx.run(ADD, {"id": "a", "value": 1, "owner": None})
        assert tx.one(ONE, {"id": "a"}).value == 1
        raise Refused

    with pytest.raises(Refused):
        store.write(work)

    assert everything(store) == []


def test_a_work_may_read_what_it_wrote(store):
    def work(tx):
        tx.run(ADD, {"id": "a", "value": 1, "owner": None})
        tx.run(STEP, {"i": "a", "v": 1}, expect=1)
        return tx.one(ONE, {"id": "a"}).value, len(tx.rows(ALL))

    assert store.write(work) == (2, 1)
    assert value(store, "a") == 2


def test_a_work_runs_again_when_a_row_changed_after_it_was_read(store):
    store.write(add("a"))
    runs = []

    def work(tx):
        found = tx.one(ONE, {"id": "a"})
        if not runs:
            with ThreadPoolExecutor(1) as other:
                other.submit(store.write, increment("a")).result(10)
        runs.append(found.value)
        tx.run(STEP, {"i": "a", "v": found.value}, expect=1)

    store.write(work)

    assert runs == [0, 1]
    assert value(store, "a") == 2


def test_a_conflict_that_stays_is_told_and_nothing_is_kept(store):
    store.write(add("a"))

    def work(tx):
        tx.run(ADD, {"id": "b", "value": 0, "owner": None})
        tx.run(STEP, {"i": "a", "v": 99}, expect=1)

    with pytest.raises(Conflict):
        store.write(work)

    assert everything(store) == [("a", 0)]


def test_a_second_row_with_the_same_key_is_a_conflict_that_names_no_value(store):
    store.write(add("secret"))

    with pytest.raises(Conflict) as caught:
        store.write(add("secret"))

    assert "secret" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_a_unique_conflict_runs_the_work_again_so_that_it_can_find_the_row(store):
    runs = []

    def work(tx):
        found = tx.one(ONE, {"id": "a"})
        if not runs:
            with ThreadPoolExecutor(1) as other:
                other.submit(store.write, add("a", 5)).result(10)
        runs.append(found)
        if found is not None:
            return found.value
        return add("a", 1)(tx)

    assert store.write(work) == 5
    assert len(runs) == 2


def test_a_foreign_key_is_enforced_without_naming_values(store):
    with pytest.raises(ConstraintBroken) as caught:
        store.write(add("a", owner="secret"))

    assert "secret" not in str(caught.value)


def test_an_empty_list_of_parameters_touches_nothing(store):
    def work(tx):
        tx.run(ADD, [], expect=0)
        tx.run(sa.delete(counters).where(counters.c.id == sa.bindparam("i")), [])

    store.write(work)

    assert everything(store) == []


def test_a_list_of_parameters_is_one_statement_whose_rows_are_counted(store):
    rows = [{"id": name, "value": 0, "owner": None} for name in "abc"]
    steps = [{"i": name, "v": 0} for name in "abc"]
    store.write(lambda tx: tx.run(ADD, rows, expect=3))

    with counted(store) as seen:
        store.write(lambda tx: tx.run(STEP, steps, expect=3))

    assert (len(seen), seen.commits) == (1, 1)
    assert everything(store) == [("a", 1), ("b", 1), ("c", 1)]


def test_a_list_that_misses_a_row_is_a_conflict(store):
    store.write(add("a"))

    with pytest.raises(Conflict):
        store.write(lambda tx: tx.run(STEP, [{"i": "a", "v": 0}, {"i": "b", "v": 0}], expect=2))

    assert value(store, "a") == 0


def test_a_plain_write_is_as_many_statements_as_its_work_and_one_commit(store):
    store.write(add("a"))

    with counted(store) as seen:
        store.write(increment("a"))

    assert [text.split()[0] for text in seen.texts] == ["SELECT", "UPDATE"]
    assert seen.commits == 1


def test_a_failing_member_rolls_back_alone(store):
    with counted(store) as seen:
        answers = store.write_all([add("a"), failing_after(add("x")), add("b"), add("a"), add("c", owner="nobody")])

    assert answers[0] == "a"
    assert answers[2] == "b"
    assert [type(answer) for answer in answers] == [str, Refused, str, Conflict, ConstraintBroken]
    assert everything(store) == [("a", 0), ("b", 0)]
    assert seen.commits == 1


def test_members_of_one_row_all_count_in_their_order(store):
    store.write(add("a"))

    answers = store.write_all([increment("a")] * 5)

    assert answers == [1, 2, 3, 4, 5]
    assert value(store, "a") == 5


def test_a_member_that_reads_after_its_write_is_kept_with_the_others(store):
    def reading(tx):
        tx.run(ADD, {"id": "r", "value": 4, "owner": None})
        return tx.one(ONE, {"id": "r"}).value

    assert store.write_all([add("a"), reading]) == ["a", 4]
    assert everything(store) == [("a", 0), ("r", 4)]


@pytest.mark.parametrize(
    ("work", "kind"),
    [
        (lambda: failing_after(add("x")), Refused),
        (lambda: add("c", owner="nobody"), ConstraintBroken),
        (lambda: stale, Conflict),
    ],
    ids=["its own error", "a constraint", "a conflict"],
)
def test_a_lone_member_that_fails_is_answered_and_leaves_nothing(store, work, kind):
    store.write(add("a"))

    (answer,) = store.write_all([work()])

    assert isinstance(answer, kind)
    assert everything(store) == [("a", 0)]


def test_no_members_are_no_commit(store):
    with counted(store) as seen:
        assert store.write_all([]) == []

    assert len(seen) == 0


def test_listeners_hear_after_the_commit_in_the_callers_thread_and_in_order(store):
    heard = []

    def work(tx):
        tx.after_commit(lambda: heard.append(("first", value(store, "a"), threading.current_thread())))
        tx.run(ADD, {"id": "a", "value": 3, "owner": None})
        tx.after_commit(lambda: heard.append(("second", value(store, "a"), threading.current_thread())))
        heard.append("work")

    store.write(work)

    me = threading.current_thread()
    assert heard == ["work", ("first", 3, me), ("second", 3, me)]


def test_listeners_of_a_work_inside_the_writer_hear_in_the_callers_thread(store):
    heard = []

    def work(tx):
        tx.run(ADD, {"id": "a", "value": 3, "owner": None})
        tx.one(ONE, {"id": "a"})
        tx.after_commit(lambda: heard.append((value(store, "a"), threading.current_thread())))

    store.write(work)

    assert heard == [(3, threading.current_thread())]


def test_listeners_of_what_was_not_kept_hear_nothing(store):
    heard = []

    def failing(tx):
        tx.after_commit(lambda: heard.append("failing"))
        raise Refused

    def kept(tx):
        tx.after_commit(lambda: heard.append("kept"))
        tx.run(ADD, {"id": "a", "value": 3, "owner": None})

    with pytest.raises(Refused):
        store.write(failing)
    store.write_all([failing, kept, failing])

    assert heard == ["kept"]


def test_a_listener_that_fails_silences_no_other_and_the_write_stands(store):
    heard = []

    def broken():
        raise Refused

    def work(tx):
        tx.after_commit(broken)
        tx.after_commit(lambda: heard.append("second"))
        tx.run(ADD, {"id": "a", "value": 3, "owner": None})

    with pytest.raises(Refused):
        store.write(work)

    assert heard == ["second"]
    assert value(store, "a") == 3


def test_a_read_sees_one_snapshot(store):
    store.write(add("a"))

    def work(tx):
        before = tx.one(ONE, {"id": "a"}).value
        with ThreadPoolExecutor(1) as other:
            other.submit(store.write, increment("a")).result(10)
        return before, tx.one(ONE, {"id": "a"}).value

    assert store.read(work) == (0, 0)
    assert value(store, "a") == 1


def test_a_read_cannot_write(store):
    with pytest.raises(WriteInRead):
        store.read(add("a"))

    assert everything(store) == []


def test_a_work_cannot_open_a_write_of_its_own(store):
    with pytest.raises(NestedWrite):
        store.write(lambda tx: store.write(add("a")))

    def inside(tx):
        tx.run(ADD, {"id": "a", "value": 3, "owner": None})
        tx.one(ONE, {"id": "a"})
        store.write(add("b"))

    with pytest.raises(NestedWrite):
        store.write(inside)
    assert everything(store) == []


def test_a_work_knows_its_dialect(store):
    assert store.write(lambda tx: tx.dialect) == store.dialect == store.read(lambda tx: tx.dialect)


def test_a_closed_database_says_so(address):
    database = open_database(address())
    database.close()

    for use in (database.read, database.write):
        with pytest.raises(DatabaseClosed):
            use(lambda tx: None)
    database.close()


def test_eight_threads_lose_no_increment(store):
    store.write(add("a"))
    locked = ONE.with_for_update()

    def work(tx):
        found = tx.one(locked, {"id": "a"})
        tx.run(STEP, {"i": "a", "v": found.value}, expect=1)
        return found.value + 1

    with ThreadPoolExecutor(8) as people:
        answers = list(people.map(lambda _: store.write(work), range(400)))

    assert value(store, "a") == 400
    assert sorted(answers) == list(range(1, 401))


def test_threads_that_only_compare_versions_lose_no_acknowledged_increment(store):
    store.write(add("a"))
    refused = []

    def once(_):
        try:
            store.write(increment("a"))
        except Conflict as error:
            refused.append(error)

    with ThreadPoolExecutor(4) as people:
        list(people.map(once, range(80)))

    assert value(store, "a") == 80 - len(refused)


def test_a_work_that_finds_a_conflict_itself_runs_again(store):
    runs = []

    def work(tx):
        runs.append(1)
        if len(runs) < 3:
            raise Conflict
        tx.run(ADD, {"id": "a", "value": len(runs), "owner": None})

    store.write(work)

    assert value(store, "a") == 3


def test_a_member_whose_row_is_gone_is_a_conflict_and_the_others_are_kept(store):
    store.write(add("a"))

    answers = store.write_all([stale, increment("a")])

    assert isinstance(answers[0], Conflict)
    assert answers[1] == 1
    assert value(store, "a") == 1


def test_a_member_that_finds_a_conflict_itself_runs_again(store):
    runs = []

    def work(tx):
        runs.append(1)
        if len(runs) < 2:
            raise Conflict
        return add("a")(tx)

    assert store.write_all([work]) == ["a"]
    assert value(store, "a") == 0


def test_members_that_only_read_answer_and_are_heard(store):
    store.write(add("a", 3))
    heard = []

    def work(tx):
        tx.after_commit(lambda: heard.append("told"))
        return tx.one(ONE, {"id": "a"}).value

    assert store.write_all([work, increment("a")]) == [3, 4]
    assert heard == ["told"]


def test_rows_may_be_read_after_a_write_too(store):
    def work(tx):
        add("a")(tx)
        return [row.id for row in tx.rows(ALL)]

    assert store.write(work) == ["a"]
