"""From a person to what the engine asks: who acts (Actor) and what may be known of (Scope). Pure."""

from access.model import Person
from engine import Actor, Scope

EVERYTHING = frozenset({"administrator", "designer"})
"""Roles that see that every case exists; the API masks its values for them."""
UNIT = frozenset({"supervisor"})
NOTHING = frozenset({"auditor"})
"""Roles without tasks: the audit is all they read."""


def actor_of(person: Person) -> Actor:
    """Who acts."""
    return Actor(person.id, person.roles, person.groups, person.unit, person.may_assess)


def scope_of(person: Person) -> Scope:
    """What a person may know of: the widest of their roles, own cases and tasks always included."""
    groups = person.groups if person.roles - NOTHING else frozenset()
    units = frozenset({person.unit}) if person.unit is not None and person.roles & UNIT else frozenset()
    return Scope(person.id, groups, units, bool(person.roles & EVERYTHING))
