"""Accepting and dismissing candidates. Starting the case of an accepted one is the caller's, in the same transaction."""

from datetime import datetime

from care.errors import CandidateDecided, ClientUnknown
from care.model import Candidate
from care.store import candidates
from database import Tx


def accept_candidate(tx: Tx, candidate_id: str, *, at: datetime, by: str) -> Candidate:
    """Takes a candidate on. Raises ClientUnknown, CandidateDecided."""
    return _decide(tx, candidate_id, "accepted", at, by)


def dismiss_candidate(tx: Tx, candidate_id: str, *, at: datetime, by: str) -> Candidate:
    """Lets a candidate go. Raises ClientUnknown, CandidateDecided."""
    return _decide(tx, candidate_id, "dismissed", at, by)


def _decide(tx: Tx, candidate_id: str, status: str, at: datetime, by: str) -> Candidate:
    found = candidates.by_id(tx, candidate_id)
    if found is None:
        raise ClientUnknown
    if found.status != "open":
        raise CandidateDecided
    candidates.decide(tx, candidate_id, status, at, by)
    return Candidate(found.id, found.client_id, found.reason, found.at, status, at, by)
