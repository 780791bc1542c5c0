"""A stand-in for the engine: cases that await what they are told to, and a book of what they got."""

from dataclasses import dataclass, field

from care import AdtDesk, CareSettings
from engine import Correlate, StartCase

EVENT_STARTS = (
    ("readmission", None),
    ("adt_discharge_unplanned", None),
    ("ed_visit", None),
    ("adt_cancelled", None),
    ("client_deceased", None),
    ("outreach_disarmed", None),
    ("new_information", None),
)


@dataclass
class FakeCases:
    """`open` maps case id to subject; `waits` are awaited by every case. A death ends the case."""

    open: dict[str, str] = field(default_factory=dict)
    waits: list[tuple[str, str | None]] = field(default_factory=lambda: list(EVENT_STARTS))
    started: list[StartCase] = field(default_factory=list)
    told: list[Correlate] = field(default_factory=list)

    def execute(self, command, tx):
        if isinstance(command, StartCase):
            self.started.append(command)
            self.open[command.case_id] = command.subject_id
        else:
            self.told.append(command)
            if command.name == "client_deceased":
                del self.open[command.case_id]

    def awaited(self, tx, case_id):
        return list(self.waits)

    def open_cases(self, tx, subject_ids):
        return [case_id for case_id, subject in self.open.items() if subject in subject_ids]

    def names(self):
        return [command.name for command in self.told]


class Ids:
    """Ids in order, 32 hexadecimal digits each."""

    def __init__(self):
        self.count = 0

    def __call__(self):
        self.count += 1
        return f"{self.count:032x}"


def desk_of(cases, keyring, **settings):
    return AdtDesk(cases, keyring, Ids(), CareSettings(**settings))
