"""Front door of access: people, sessions, who belongs to a case, and the audit ledger. No HTTP."""

from access.audience import CaseAudience, leave_case, people_of_case
from access.errors import AccessError, PersonUnknown
from access.ledger import GENESIS, ChainLedger, principal_chain
from access.model import Bad, Opened, Person, Signed, Verdict
from access.people import active_people, add_people, change_person, find_person
from access.sample import sample_people
from access.scope import actor_of, scope_of
from access.sessions import Sessions, csrf_fits

__all__ = [
    "GENESIS",
    "AccessError",
    "Bad",
    "CaseAudience",
    "ChainLedger",
    "Opened",
    "Person",
    "PersonUnknown",
    "Sessions",
    "Signed",
    "Verdict",
    "active_people",
    "actor_of",
    "add_people",
    "change_person",
    "csrf_fits",
    "find_person",
    "leave_case",
    "people_of_case",
    "principal_chain",
    "sample_people",
    "scope_of",
]
