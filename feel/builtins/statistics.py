"""Functions that boil a list down to one value."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from decimal import Decimal

from feel.builtins.signature import built_in
from feel.compare import comparable, identity, sort_key
from feel.scope import Run
from feel.timeline import microseconds, scale
from feel.values import DECIMALS, Value, YearsMonths

ZERO = Decimal(0)


def numbers_of(run: Run, items: Sequence[Value]) -> list[Decimal] | None:
    """The items when there are any and all are numbers; else None."""
    run.budget.charge(1 + len(items))
    numbers = [item for item in items if type(item) is Decimal]
    if len(numbers) == len(items) and numbers:
        return numbers
    run.warn("Only a list of numbers that is not empty can be summed up")
    return None


def added(numbers: Sequence[Decimal]) -> Decimal:
    """The sum."""
    total = ZERO
    for number in numbers:
        total = DECIMALS.add(total, number)
    return total


def _both(name: str, body: Callable[[Run, list[Value]], Value]) -> None:
    """Register a function that takes one list, or the items themselves."""
    built_in(name, "list: list")(body)
    built_in(name, "n: any*")(lambda run, *items: body(run, list(items)))


def total(run: Run, items: list[Value]) -> Value:
    """The sum of numbers, or of durations of one kind."""
    if items and all(type(item) is timedelta for item in items):
        length = sum((microseconds(item) for item in items if type(item) is timedelta), ZERO)
        return timedelta(microseconds=int(length))
    if items and all(type(item) is YearsMonths for item in items):
        return YearsMonths(sum(item.months for item in items if type(item) is YearsMonths))
    numbers = numbers_of(run, items)
    return None if numbers is None else added(numbers)


def product(run: Run, items: list[Value]) -> Value:
    numbers = numbers_of(run, items)
    if numbers is None:
        return None
    result = Decimal(1)
    for number in numbers:
        result = DECIMALS.multiply(result, number)
    return result


def mean(run: Run, items: list[Value]) -> Value:
    """The sum divided by the number of items, of durations too."""
    whole = total(run, items) if items and type(items[0]) in (timedelta, YearsMonths) else None
    if type(whole) is timedelta:
        return scale(whole, DECIMALS.divide(Decimal(1), Decimal(len(items))))
    if type(whole) is YearsMonths:
        return YearsMonths(int(Decimal(whole.months) / len(items)))
    numbers = numbers_of(run, items)
    return None if numbers is None else DECIMALS.divide(added(numbers), Decimal(len(numbers)))


def median(run: Run, items: list[Value]) -> Value:
    numbers = numbers_of(run, items)
    if numbers is None:
        return None
    numbers.sort()
    middle = len(numbers) // 2
    if len(numbers) % 2:
        return numbers[middle]
    return DECIMALS.divide(DECIMALS.add(numbers[middle - 1], numbers[middle]), Decimal(2))


def deviation(run: Run, items: list[Value]) -> Value:
    """The standard deviation of a sample; needs two numbers."""
    numbers = numbers_of(run, items)
    if numbers is None or len(numbers) < 2:
        return None
    average = DECIMALS.divide(added(numbers), Decimal(len(numbers)))
    distances = [DECIMALS.subtract(number, average) for number in numbers]
    squares = added([DECIMALS.multiply(distance, distance) for distance in distances])
    return DECIMALS.sqrt(DECIMALS.divide(squares, Decimal(len(numbers) - 1)))


def mode(run: Run, items: list[Value]) -> Value:
    """The most frequent numbers, smallest first."""
    if not items:
        return []
    numbers = numbers_of(run, items)
    if numbers is None:
        return None
    counts: dict[Decimal, int] = {}
    for number in numbers:
        counts[number] = counts.get(number, 0) + 1
    most = max(counts.values())
    return list[Value](sorted(number for number, count in counts.items() if count == most))


def smallest(run: Run, items: list[Value]) -> Value:
    return _extreme(run, items, min)


def largest(run: Run, items: list[Value]) -> Value:
    return _extreme(run, items, max)


def _extreme(run: Run, items: list[Value], choose: Callable[..., Value]) -> Value:
    run.budget.charge(1 + len(items))
    if items and all(comparable(items[0], item) for item in items):
        return choose(items, key=sort_key)
    run.warn("Only a list of values of one kind that has an order has a smallest and a largest")
    return None


for _name, _body in {
    "sum": total,
    "product": product,
    "mean": mean,
    "median": median,
    "stddev": deviation,
    "mode": mode,
    "min": smallest,
    "max": largest,
}.items():
    _both(_name, _body)


@built_in("count", "list: list")
def count(_run: Run, items: list[Value]) -> Value:
    return Decimal(len(items))


@built_in("distinct values", "list: list")
def distinct_values(run: Run, items: list[Value]) -> Value:
    """Each value once, in the order of first appearance."""
    run.budget.fits(len(items))
    return distinct(run, items)


@built_in("duplicate values", "list: list")
def duplicate_values(run: Run, items: list[Value]) -> Value:
    """The values that appear more than once."""
    run.budget.charge(1 + len(items))
    seen: set[object] = set()
    repeated: list[Value] = []
    for item in items:
        key = identity(run, item)
        if key in seen:
            repeated.append(item)
        seen.add(key)
    return distinct(run, repeated)


@built_in("union", "list: list*")
def union(run: Run, *lists: list[Value]) -> Value:
    """All items of all lists, each once."""
    run.budget.fits(sum(len(items) for items in lists))
    return distinct(run, [item for items in lists for item in items])


def distinct(run: Run, items: Sequence[Value]) -> list[Value]:
    """The first of each group of equal values."""
    run.budget.charge(1 + len(items))
    first: dict[object, Value] = {}
    for item in items:
        first.setdefault(identity(run, item), item)
    return list(first.values())
