"""The one composition root: `open_program(settings, clock)` wires houses and ports."""

from program.clock import Clock, SystemClock, VirtualClock
from program.connectors import Connector, Connectors, Delivered, Delivery, Failed, Noting
from program.eventlog import WRITERS, export_events
from program.forms import FormBook
from program.migration import Blocked, Migration, Order, migrate_all, plan_all
from program.pump import CLOCK_ACTOR, Pump
from program.scripting import Monty, is_installed
from program.seed import SYSTEM_ACTOR, seed_people, seed_release, shipped_files
from program.settings import MEANING, Settings, SettingsRefused, names, read_settings
from program.wiring import Program, open_program

__all__ = [
    "CLOCK_ACTOR",
    "MEANING",
    "SYSTEM_ACTOR",
    "WRITERS",
    "Blocked",
    "Clock",
    "Connector",
    "Connectors",
    "Delivered",
    "Delivery",
    "Failed",
    "FormBook",
    "Migration",
    "Monty",
    "Noting",
    "Order",
    "Program",
    "Pump",
    "Settings",
    "SettingsRefused",
    "SystemClock",
    "VirtualClock",
    "export_events",
    "is_installed",
    "migrate_all",
    "names",
    "open_program",
    "plan_all",
    "read_settings",
    "seed_people",
    "seed_release",
    "shipped_files",
]
