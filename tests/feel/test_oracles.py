"""The language against others who know the answer: decimal, datetime, truth tables, and the standard's own formulas."""

from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Context, Decimal, DivisionByZero, InvalidOperation, Overflow, localcontext
from itertools import product
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feel import Range, YearsMonths
from tests.feel.asking import ask, same

DECIMAL128 = Context(prec=34, Emax=6144, Emin=-6143, traps=[Overflow, InvalidOperation, DivisionByZero])
NUMBERS = st.builds(
    lambda digits, exponent: DECIMAL128.create_decimal(Decimal(digits).scaleb(exponent)),
    st.integers(-(10**33), 10**33),
    st.integers(-40, 40) | st.integers(-6100, 6100),
)
OPERATORS = {"+": "add", "-": "subtract", "*": "multiply", "/": "divide"}
ORACLES = {
    "add": DECIMAL128.add,
    "subtract": DECIMAL128.subtract,
    "multiply": DECIMAL128.multiply,
    "divide": DECIMAL128.divide,
}


def or_none(work, *arguments):
    try:
        return work(*arguments)
    except ArithmeticError:
        return None


@pytest.mark.parametrize("sign", OPERATORS)
@settings(max_examples=100, deadline=None)
@given(a=NUMBERS, b=NUMBERS)
def test_arithmetic_is_that_of_decimal128(sign, a, b):
    wanted = or_none(ORACLES[OPERATORS[sign]], a, b)

    assert ask(f"a {sign} b", a=a, b=b) == wanted


@settings(max_examples=100, deadline=None)
@given(NUMBERS, st.integers(-50, 50))
def test_powers_are_those_of_decimal128(base, exponent):
    wanted = or_none(DECIMAL128.power, base, Decimal(exponent)) if exponent else Decimal(1)

    assert ask("a ** b", a=base, b=exponent) == wanted


SMALL = st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**6), max_value=10**6)
ROUNDINGS = {
    "decimal": "ROUND_HALF_EVEN",
    "floor": "ROUND_FLOOR",
    "ceiling": "ROUND_CEILING",
    "round up": "ROUND_UP",
    "round down": "ROUND_DOWN",
    "round half up": "ROUND_HALF_UP",
    "round half down": "ROUND_HALF_DOWN",
}


@pytest.mark.parametrize("name", ROUNDINGS)
@settings(max_examples=60, deadline=None)
@given(number=SMALL, scale=st.integers(-4, 6))
def test_rounding_is_that_of_decimal(name, number, scale):
    assert ask(f"{name}(a, b)", a=number, b=scale) == number.quantize(Decimal(1).scaleb(-scale), ROUNDINGS[name])


@settings(max_examples=100, deadline=None)
@given(SMALL, SMALL.filter(bool))
def test_modulo_is_dividend_minus_divisor_times_floor(a, b):
    with localcontext() as exact:
        exact.prec = 100
        wanted = a - b * (a / b).to_integral_value("ROUND_FLOOR")

    assert ask("modulo(a, b)", a=a, b=b) == wanted


TRUTH = {"true": True, "false": False, "null": None, "1": None, '"true"': None, "[]": None, "{}": None, "missing": None}


def conjunction(values):
    return False if False in values else None if None in values else True


def disjunction(values):
    return True if True in values else None if None in values else False


@pytest.mark.parametrize(("a", "b"), list(product(TRUTH, TRUTH)))
def test_logic_of_two_is_the_table_of_the_standard(a, b):
    values = [TRUTH[a], TRUTH[b]]

    assert ask(f"{a} and {b}") is conjunction(values)
    assert ask(f"{a} or {b}") is disjunction(values)
    assert ask(f"all([{a}, {b}])") is conjunction(values)
    assert ask(f"any([{a}, {b}])") is disjunction(values)
    assert ask(f"every x in [{a}, {b}] satisfies x") is conjunction(values)
    assert ask(f"some x in [{a}, {b}] satisfies x") is disjunction(values)


@pytest.mark.parametrize(("a", "b", "c"), list(product(["true", "false", "null"], repeat=3)))
def test_logic_of_three_goes_from_left_to_right(a, b, c):
    values = [TRUTH[a], TRUTH[b], TRUTH[c]]

    assert ask(f"{a} and {b} and {c}") is conjunction(values)
    assert ask(f"{a} or {b} or {c}") is disjunction(values)
    assert ask(f"{a} or {b} and {c}") is disjunction([values[0], conjunction(values[1:])])
    assert ask(f"all({a}, {b}, {c})") is conjunction(values)
    assert ask(f"any({a}, {b}, {c})") is disjunction(values)


@pytest.mark.parametrize("text", TRUTH)
def test_not_turns_booleans_only(text):
    assert ask(f"not({text})") is (None if TRUTH[text] is None else not TRUTH[text])
    assert ask(f"if {text} then 1 else 2") == (1 if TRUTH[text] is True else 2)


DAYS = st.dates()
LENGTHS = st.timedeltas(timedelta(-400_000), timedelta(400_000))
OFFSETS = st.sampled_from([None, UTC, timezone(timedelta(hours=5, minutes=30)), timezone(timedelta(hours=-3))])


@settings(max_examples=100, deadline=None)
@given(DAYS, DAYS)
def test_dates_compare_and_subtract_as_datetime_does(a, b):
    assert ask("[a < b, a <= b, a = b, a > b, a >= b, a != b]", a=a, b=b) == [
        a < b,
        a <= b,
        a == b,
        a > b,
        a >= b,
        a != b,
    ]
    assert ask("a - b", a=a, b=b) == a - b
    assert ask("[a.year, a.month, a.day, a.weekday]", a=a) == [a.year, a.month, a.day, a.isoweekday()]
    assert ask("[day of year(a), week of year(a)]", a=a) == [a.timetuple().tm_yday, a.isocalendar().week]
    assert ask("[day of week(a), month of year(a)]", a=a) == [a.strftime("%A"), a.strftime("%B")]


@settings(max_examples=100, deadline=None)
@given(st.datetimes(timezones=OFFSETS), LENGTHS)
def test_moments_move_as_datetime_does(at, by):
    try:
        wanted = at + by
    except OverflowError:
        return

    assert same(ask("at + by", at=at, by=by), wanted)
    assert ask("moved - at = by", at=at, by=by, moved=wanted) is True


@settings(max_examples=100, deadline=None)
@given(st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1)), st.integers(-100_000, 100_000))
def test_moments_of_a_region_move_on_the_time_line(local, minutes):
    zone = ZoneInfo("America/New_York")
    at = local.replace(tzinfo=zone)
    wanted = (at.astimezone(UTC) + timedelta(minutes=minutes)).astimezone(zone)

    assert same(ask("at + by", at=at, by=timedelta(minutes=minutes)), wanted)


@settings(max_examples=100, deadline=None)
@given(st.dates(date(1000, 1, 1), date(8000, 1, 1)), st.integers(-9_000, 9_000))
def test_months_are_added_to_the_last_day_at_most(day, months):
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    wanted = date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))

    assert ask("day + by", day=day, by=YearsMonths(months)) == wanted
    assert ask("day - by", day=day, by=YearsMonths(-months)) == wanted


VALUES = {
    "number": NUMBERS,
    "date": DAYS,
    "time": st.times(timezones=OFFSETS),
    "date and time": st.datetimes(timezones=OFFSETS),
    "duration": LENGTHS | st.integers(-(10**6), 10**6).map(YearsMonths),
}


@pytest.mark.parametrize("name", VALUES)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_the_text_of_a_value_makes_the_value_again(name, data):
    value = data.draw(VALUES[name].filter(lambda one: name != "number" or abs(one.adjusted()) < 900))

    assert ask(f"{name}(string(x)) = x", x=value) is True
    assert ask(f"string({name}(string(x))) = string(x)", x=value) is True


SPANS = [
    Range(Decimal(a), Decimal(b), i, j)
    for a in range(4)
    for b in range(a, 4)
    for i, j in product((True, False), repeat=2)
]
POINTS = [Decimal(point) for point in range(4)]


def inside(point, span):
    above = point > span.start or (point == span.start and span.start_included)
    return above and (point < span.end or (point == span.end and span.end_included))


def meets(a, b):
    return a.end_included and b.start_included and a.end == b.start


def reaches(a, b):
    """Whether the end of one lies at or behind the start of the other."""
    return a.end > b.start or (a.end == b.start and a.end_included and b.start_included)


FORMULAS = {
    "before": lambda a, b: a.end < b.start or ((not a.end_included or not b.start_included) and a.end == b.start),
    "after": lambda a, b: a.start > b.end or ((not a.start_included or not b.end_included) and a.start == b.end),
    "meets": meets,
    "met by": lambda a, b: meets(b, a),
    "overlaps": lambda a, b: reaches(a, b) and reaches(b, a),
    "overlaps before": lambda a, b: (
        (a.start < b.start or (a.start == b.start and a.start_included and not b.start_included))
        and reaches(a, b)
        and (a.end < b.end or (a.end == b.end and (not a.end_included or b.end_included)))
    ),
    "overlaps after": lambda a, b: FORMULAS["overlaps before"](b, a),
    "finishes": lambda a, b: (
        (a.end_included == b.end_included and a.end == b.end)
        and (a.start > b.start or (a.start == b.start and (not a.start_included or b.start_included)))
    ),
    "finished by": lambda a, b: FORMULAS["finishes"](b, a),
    "includes": lambda a, b: (
        (a.start < b.start or (a.start == b.start and (a.start_included or not b.start_included)))
        and (a.end > b.end or (a.end == b.end and (a.end_included or not b.end_included)))
    ),
    "during": lambda a, b: FORMULAS["includes"](b, a),
    "starts": lambda a, b: (
        (a.start == b.start and a.start_included == b.start_included)
        and (a.end < b.end or (a.end == b.end and (not a.end_included or b.end_included)))
    ),
    "started by": lambda a, b: FORMULAS["starts"](b, a),
    "coincides": lambda a, b: a == b,
}
"""Two ranges, as the table of the standard writes it."""
WITH_POINTS = {
    "before({p}, {r})": lambda p, r: p < r.start or (p == r.start and not r.start_included),
    "before({r}, {p})": lambda p, r: r.end < p or (r.end == p and not r.end_included),
    "after({p}, {r})": lambda p, r: p > r.end or (p == r.end and not r.end_included),
    "after({r}, {p})": lambda p, r: r.start > p or (r.start == p and not r.start_included),
    "finishes({p}, {r})": lambda p, r: r.end_included and r.end == p,
    "finished by({r}, {p})": lambda p, r: r.end_included and r.end == p,
    "starts({p}, {r})": lambda p, r: r.start_included and r.start == p,
    "started by({r}, {p})": lambda p, r: r.start_included and r.start == p,
    "includes({r}, {p})": inside,
    "during({p}, {r})": inside,
    "{p} in {r}": inside,
}


@pytest.mark.parametrize("name", FORMULAS)
def test_ranges_lie_to_each_other_as_the_standard_says(name):
    for a, b in product(SPANS, SPANS):
        assert ask(f"{name}(a, b)", a=a, b=b) is FORMULAS[name](a, b), (a, b)


@pytest.mark.parametrize("form", WITH_POINTS)
def test_points_lie_to_ranges_as_the_standard_says(form):
    for point, span in product(POINTS, SPANS):
        assert ask(form.format(p="p", r="r"), p=point, r=span) is WITH_POINTS[form](point, span), (point, span)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(-20, 20), max_size=12), st.integers(-25, 25))
def test_lists_answer_as_pythons_do(items, number):
    assert ask("list contains(l, x)", l=items, x=number) is (number in items)
    assert ask("index of(l, x)", l=items, x=number) == [index for index, item in enumerate(items, 1) if item == number]
    assert ask("sort(l)", l=items) == sorted(items)
    assert ask("sort(l, function(a, b) a > b)", l=items) == sorted(items, reverse=True)
    assert ask("reverse(l)", l=items) == items[::-1]
    assert ask("distinct values(l)", l=items) == list(dict.fromkeys(items))
    assert ask("l[item > x]", l=items, x=number) == [item for item in items if item > number]
    assert ask("sum(l)", l=items) == (sum(items) if items else None)
    assert ask("count(l)", l=items) == len(items)
    assert ask("x in l", l=items, x=number) is (number in items)


def test_times_go_round_at_midnight():
    for hours in range(-50, 50):
        moved = (datetime(2025, 1, 1, 22, 30) + timedelta(hours=hours)).time()

        assert ask("t + by", t=time(22, 30), by=timedelta(hours=hours)) == moved
