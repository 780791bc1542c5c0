"""Who may call which route: every route declares one policy, and the app does not start when one has none.

What a person sees within a right is the Scope's business (rows) and the masks' (values).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import Flask

from access import Person

View = TypeVar("View", bound=Callable[..., Any])  # Any: Flask's own notion of a view


class RouteWithoutPolicy(Exception):
    """Expected every route to declare a policy, but one has none."""

    code = "route-without-policy"


@dataclass(frozen=True, slots=True)
class Policy:
    """`right` is what a refusal names; `roles` None means any person who is signed in, `public` anybody."""

    right: str
    roles: frozenset[str] | None = None
    public: bool = False

    def allows(self, person: Person) -> bool:
        return self.public or self.roles is None or bool(self.roles & person.roles)


CARE = frozenset({"intake", "case_manager", "clinician", "external", "supervisor", "quality", "privacy"})
MASKED = frozenset({"designer", "administrator"})
"""Roles that see that cases exist, but never whose."""

MENDERS = frozenset({"administrator"})

PUBLIC = Policy("public", public=True)
SIGNED_IN = Policy("signed_in")
TASKS_READ = Policy("tasks.read", CARE | MASKED)
TASKS_SEARCH = Policy("tasks.search", CARE)
TASKS_CLAIM = Policy("tasks.claim", CARE)
TASKS_COMPLETE = Policy("tasks.complete", CARE)
TASKS_ASSIGN = Policy("tasks.assign", frozenset({"supervisor"}))
CASES_READ = Policy("cases.read", (CARE - {"external"}) | MASKED)
CASES_SEARCH = Policy("cases.search", CARE - {"external"})
RECORDS_READ = Policy("records.read", CARE - {"external"})
"""What is kept of a case tells of its client: masked roles read none of it."""
RECORDS_WRITE = Policy("records.write", frozenset({"intake", "case_manager", "clinician", "supervisor"}))
CASES_START = Policy("cases.start", frozenset({"intake", "case_manager", "supervisor"}))
CASES_MEND = Policy("cases.mend", MENDERS)
CLIENTS_READ = Policy("clients.read", frozenset({"intake", "case_manager", "supervisor"}))
CANDIDATES_READ = Policy("candidates.read", frozenset({"intake", "case_manager", "supervisor"}))
CANDIDATES_DECIDE = Policy("candidates.decide", frozenset({"intake", "case_manager", "supervisor"}))
MESSAGES_SEND = Policy("messages.send", frozenset({"intake", "case_manager", "clinician", "supervisor", "service"}))
MESSAGES_ANY_CASE = Policy("messages.any_case", frozenset({"service"}))
"""To send by key alone: whoever waits with it, in whatever case."""
MESSAGES_READ = Policy("messages.read", frozenset({"administrator"}))
OUTBOX_READ = Policy("outbox.read", frozenset({"administrator"}))
OUTBOX_MEND = Policy("outbox.mend", frozenset({"administrator"}))
ADT_SEND = Policy("adt.send", frozenset({"intake", "case_manager", "supervisor", "administrator", "service"}))
BOARD_READ = Policy("board.read", frozenset({"designer", "administrator", "supervisor", "quality"}))
MEASURES_READ = Policy("measures.read", frozenset({"case_manager", "supervisor", "quality"}) | MASKED)
TIMERS_READ = Policy("timers.read", frozenset({"case_manager", "supervisor"}) | MASKED)
MIGRATIONS = Policy("migrations", MENDERS)
TIMERS_MEND = Policy("timers.mend", MENDERS)
INCIDENTS_READ = Policy("incidents.read", frozenset({"administrator", "supervisor"}))
INCIDENTS_MEND = Policy("incidents.mend", MENDERS)
DESIGNS_READ = Policy("designs.read", frozenset({"designer", "administrator"}))
DESIGNS_WRITE = Policy("designs.write", frozenset({"designer"}))
DESIGNS_DEPLOY = Policy("designs.deploy", frozenset({"designer"}))
RELEASES_READ = Policy(
    "releases.read", frozenset({"designer", "administrator", "auditor", "supervisor", "case_manager"})
)


def sees_clients(person: Person) -> bool:
    """Whether client data may be shown to a person at all: a masked role masks whatever else the person is."""
    return not person.roles & MASKED


def declares(policy: Policy) -> Callable[[View], View]:
    """Marks a view with its policy."""

    def mark(view: View) -> View:
        view.__dict__["policy"] = policy
        return view

    return mark


def policy_of(view: Callable[..., Any] | None) -> Policy | None:
    found = getattr(view, "policy", None)
    return found if isinstance(found, Policy) else None


def require_policies(app: Flask) -> None:
    """Raises RouteWithoutPolicy, naming the routes."""
    bare = [rule.rule for rule in app.url_map.iter_rules() if policy_of(app.view_functions[rule.endpoint]) is None]
    if bare:
        raise RouteWithoutPolicy(f"Expected every route to declare a policy, but these have none: {', '.join(bare)}")
