"""Who belongs to a case: the rows that the engine's queries filter by."""

from access.store import case_access
from database import Tx
from engine import Case


class CaseAudience:
    """Implements the engine's port `Audience`."""

    __slots__ = ()

    def joined(self, tx: Tx, case: Case, person_id: str, kind: str) -> None:
        """A person now belongs to the case as `kind` (for instance `team`); one statement, repeating is no error."""
        case_access.grant(tx, case.shard, case.id, person_id, kind)


def leave_case(tx: Tx, shard: int, case_id: str, person_id: str, kind: str) -> None:
    """A person no longer belongs to the case as `kind`."""
    case_access.revoke(tx, shard, case_id, person_id, kind)


def people_of_case(tx: Tx, shard: int, case_id: str) -> tuple[tuple[str, str], ...]:
    """(person, kind) of everybody on a case; at most 1000."""
    return case_access.of_case(tx, shard, case_id)
