"""``if``, ``for``, ``some``, ``every`` and ``function``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple, TypeGuard

from feel.budget import MAX_CALLS
from feel.cursor import Cursor, Node
from feel.errors import BudgetExceeded, syntax_error
from feel.far import Day, FarDate, day_moved, number
from feel.kinds import TypeTest, conformed, type_test
from feel.remark import Place
from feel.scope import Code, Run, Scope
from feel.values import Function, Range, Value, check_result, kind_of, whole

DAY = timedelta(days=1)


class Loop(NamedTuple):
    """One variable and where its values come from; ``high`` only for ``low..high``."""

    name: str
    low: Code
    high: Code | None
    place: Place


def condition(cursor: Cursor) -> Node:
    """``if a then b else c``: anything but true takes the else."""
    cursor.expect("if")
    place = cursor.place
    test = cursor.expression().code
    cursor.expect("then")
    yes = cursor.expression().code
    cursor.expect("else")
    no = cursor.expression().code

    def choose(scope: Scope) -> Value:
        decided = test(scope)
        if decided is True:
            return yes(scope)
        if decided is not False:
            scope.run.place = place
            scope.run.warn(f"'if' needs true or false, not {kind_of(decided)}")
        return no(scope)

    return Node(choose)


def loop(cursor: Cursor) -> Node:
    """``for a in x, b in 1..3 return …``; ``partial`` names the results so far."""
    cursor.expect("for")
    seen = cursor.partials
    loops, body, cost = _loops(cursor, "return", ("partial",))
    uses_partial = cursor.partials > seen

    def collect(scope: Scope) -> Value:
        run = scope.run
        results: list[Value] = []
        try:
            for inner in _rows(scope, loops, 0):
                run.budget.charge(cost)
                if uses_partial:
                    run.budget.charge(len(results))
                    inner = Scope({"partial": list(results)}, inner, run)  # noqa: PLW2901 - the row with one more name
                results.append(body(inner))
        except NothingToIterateError:
            return None
        run.budget.fits(len(results))
        return results

    return Node(collect)


def quantified(cursor: Cursor) -> Node:
    """``some x in xs satisfies …`` and ``every …``; null when undecided."""
    deciding = cursor.accept("some", "every") == "some"
    loops, body, cost = _loops(cursor, "satisfies", ())

    def decide(scope: Scope) -> Value:
        unknown = False
        try:
            for inner in _rows(scope, loops, 0):
                scope.run.budget.charge(cost)
                value = body(inner)
                if value is deciding:
                    return deciding
                unknown = unknown or type(value) is not bool
        except NothingToIterateError:
            return None
        return None if unknown else not deciding

    return Node(decide)


class NothingToIterateError(Exception):
    """The values of a loop are no list and no range."""


def _loops(cursor: Cursor, before_body: str, extra: tuple[str, ...]) -> tuple[list[Loop], Code, int]:
    cursor.descend()
    loops: list[Loop] = []
    with cursor.local(*extra) as known:
        while True:
            name = cursor.name()
            cursor.expect("in")
            place = cursor.place
            low = cursor.expression().code
            loops.append(Loop(name, low, cursor.expression().code if cursor.accept("..") else None, place))
            known.add(name)
            cursor.learn(name)
            if not cursor.accept(","):
                break
        if not cursor.accept(before_body):
            raise cursor.unexpected(f"',' or '{before_body}'")
        before = cursor.size
        body = cursor.expression().code
    cursor.depth += len(loops) - 1  # each loop is a generator inside the one before
    cursor.descend()
    cursor.depth -= len(loops) + 1
    return loops, body, 1 + cursor.size - before


def _rows(scope: Scope, loops: Sequence[Loop], index: int) -> Iterator[Scope]:
    name = loops[index].name
    last = index + 1 == len(loops)
    run = scope.run
    for value in _domain(scope, loops[index]):
        inner = Scope({name: value}, scope, run)
        if last:
            yield inner
        else:
            run.budget.charge(1)
            yield from _rows(inner, loops, index + 1)


def _domain(scope: Scope, over: Loop) -> Iterable[Value]:
    start = over.low(scope)
    end = None if over.high is None else over.high(scope)
    scope.run.place = over.place
    if over.high is not None:
        return _counted(scope.run, start, end)
    if type(start) is list:
        return start
    if type(start) is Range:
        return _within(scope.run, start)
    if start is None:
        scope.run.warn("A loop needs a list or a range, not null")
        raise NothingToIterateError
    return [start]


def _within(run: Run, span: Range) -> Iterable[Value]:
    """The whole numbers or days inside a range value."""
    values = _counted(run, span.start, span.end)
    return (
        value
        for value in values
        if (span.start_included or value != span.start) and (span.end_included or value != span.end)
    )


def _counted(run: Run, start: Value, end: Value) -> Iterable[Value]:
    """Whole numbers, or days, from one end to the other, downwards too."""
    if _is_day(start) and _is_day(end):
        return _days(run, start, end)
    first, last = whole(start), whole(end)
    if first is None or last is None:
        run.warn("A loop from .. to needs two whole numbers or two dates")
        raise NothingToIterateError
    return map(Decimal, range(first, last + 1) if first <= last else range(first, last - 1, -1))


def _is_day(value: Value) -> TypeGuard[Day]:
    return type(value) is date or type(value) is FarDate


def _days(run: Run, start: Day, end: Day) -> Iterator[Value]:
    step = DAY if number(start) <= number(end) else -DAY
    day = start
    while day != end:
        yield day
        day = _day_after(run, day, step)
    yield end


def _day_after(run: Run, day: Day, step: timedelta) -> Day:
    """The next day, or the one before; far days cost more."""
    if type(day) is date:
        with suppress(OverflowError):
            return day + step
    run.budget.charge(10)
    return day_moved(day, step)


def function(cursor: Cursor) -> Node:
    """``function(a, b: number) …``."""
    start = cursor.advance().start
    cursor.expect("(")
    parameters = cursor.listed(")", lambda: _parameter(cursor))
    if cursor.word == "external":
        raise syntax_error("External functions are not available here", cursor.source, start)
    names = tuple(name for name, _ in parameters)
    checks = tuple(check for _, check in parameters)
    before = cursor.size
    with cursor.local(*names):
        body = cursor.expression().code
    cost = 1 + cursor.size - before
    return Node(lambda scope: defined(names, checks, body, scope, cost))


def _parameter(cursor: Cursor) -> tuple[str, TypeTest | None]:
    name = cursor.key()
    return name, type_test(cursor) if cursor.accept(":") else None


def defined(
    names: tuple[str, ...], checks: tuple[TypeTest | None, ...], body: Code, scope: Scope, cost: int
) -> Function:
    """The function value of a definition, seeing the names around it."""
    known = frozenset(names)

    def call(run: Run, arguments: Sequence[Value]) -> Value:
        if len(arguments) != len(names):
            run.warn(f"The function takes {len(names)} arguments, not {len(arguments)}")
            return None
        taken: dict[str, Value] = {}
        for name, check, argument in zip(names, checks, arguments, strict=True):
            if check is not None and (type(argument) is list or type(argument) is dict):
                check_result(argument, run.budget)
            taken[name] = argument if check is None else conformed(argument, check)
            if taken[name] is None and argument is not None:
                run.warn(f"The function does not take {kind_of(argument)} here")
                return None
        run.budget.charge(cost)
        run.calls += 1
        if run.calls > MAX_CALLS:
            raise BudgetExceeded("Expected functions that end, but they call each other too often")
        result = body(Scope(taken, scope, run))
        run.calls -= 1
        return result

    def call_named(run: Run, arguments: Mapping[str, Value]) -> Value:
        if not known.issuperset(arguments):
            run.warn("The function has other parameters")
            return None
        return call(run, [arguments.get(name) for name in names])

    return Function("", names, call, call_named)
