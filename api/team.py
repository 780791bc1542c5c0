"""Who starts a case or does a task of it belongs to it from then on, claimed or not; the engine joins those who claim."""

from api.caller import Caller
from database import Tx
from engine import Case, CaseId, shard_of


def join(tx: Tx, who: Caller, case_id: CaseId) -> None:
    """The caller now belongs to the case; one statement, repeating is no error."""
    case = Case(
        shard=shard_of(case_id),
        id=case_id,
        process="",
        release="",
        version=0,
        state=b"",
        audit_head=b"",
        facts={},
        subject_id="",
        unit=None,
    )
    who.program.engine.audience.joined(tx, case, who.person.id, "team")
