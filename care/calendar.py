"""The organisation's business calendar: working days, United States federal holidays by rule, ends of days as instants."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

WEEKDAYS = frozenset(range(5))
_DAY = timedelta(days=1)
_END = time(23, 59, 59)


@dataclass(frozen=True, slots=True)
class BusinessCalendar:
    """Counts business days in `zone`.

    `working_days` are weekday numbers (Monday 0); `holidays` and `worked` are days closed or worked beyond the rule.
    """

    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("America/New_York"))
    working_days: frozenset[int] = WEEKDAYS
    holidays: frozenset[date] = frozenset()
    worked: frozenset[date] = frozenset()
    federal_holidays: bool = True

    def __post_init__(self) -> None:
        if not self.working_days or not self.working_days <= frozenset(range(7)):
            raise ValueError("Expected at least one working day between 0 (Monday) and 6 (Sunday)")

    def is_business_day(self, day: date) -> bool:
        if day in self.worked:
            return True
        if day.weekday() not in self.working_days or day in self.holidays:
            return False
        return not (self.federal_holidays and day in federal_holidays(day.year))

    def after(self, start: datetime, business_days: int) -> datetime:
        """The end of the n-th business day after the day of `start`, in UTC; n = 0: that day, or the next business day."""
        day = start.astimezone(self.zone).date()
        if business_days <= 0:
            while not self.is_business_day(day):
                day += _DAY
            return self.end_of(day)
        left = business_days
        while left:
            day += _DAY
            left -= self.is_business_day(day)
        return self.end_of(day)

    def end_of(self, day: date) -> datetime:
        """The last second of a day of the organisation, in UTC."""
        return self.local(datetime.combine(day, _END))

    def local(self, naive: datetime) -> datetime:
        """A wall-clock time as an instant in UTC: the later one of a doubled hour, shifted out of a gap."""
        before = naive.replace(tzinfo=self.zone, fold=0)
        after = naive.replace(tzinfo=self.zone, fold=1)
        # In a doubled hour fold 1 is later; in a gap fold 0 keeps the offset of before and so lands behind the gap.
        return max(before.astimezone(UTC), after.astimezone(UTC))

    def day_of(self, at: datetime) -> date:
        return at.astimezone(self.zone).date()


@lru_cache(maxsize=256)
def federal_holidays(year: int) -> frozenset[date]:
    """The days on which federal offices close in a year: 5 U.S.C. 6103, a Saturday's kept on Friday, a Sunday's on Monday."""
    fixed = [date(year, 1, 1), date(year, 7, 4), date(year, 11, 11), date(year, 12, 25)]
    if year >= 2021:
        fixed.append(date(year, 6, 19))
    if date(year, 12, 31).weekday() == 4:
        fixed.append(date(year + 1, 1, 1))
    kept = {_observed(day) for day in fixed}
    moving = {
        _nth(year, 1, 0, 3),
        _nth(year, 2, 0, 3),
        _nth(year, 6, 0, 1) - timedelta(days=7),
        _nth(year, 9, 0, 1),
        _nth(year, 10, 0, 2),
        _nth(year, 11, 3, 4),
    }
    return frozenset(day for day in kept | moving if day.year == year)


def _observed(day: date) -> date:
    return day + {5: -_DAY, 6: _DAY}.get(day.weekday(), timedelta())


def _nth(year: int, month: int, weekday: int, number: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (number - 1))
