"""The audit ledger: chains that verify, and every way of tampering that verifying finds."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from access import GENESIS, Bad, ChainLedger, principal_chain
from access.store import audit as audit_rows
from access.store.tables import audit
from database import Conflict, ConstraintBroken, Keyring
from engine import CaseId, Entry
from tests.support.statements import counted

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
CASE = CaseId("00a" + "c" * 32)
OTHER = CaseId("00b" + "d" * 32)
ENTRY = Entry(10, CASE, NOW, "nora", "case_manager", "complete", "task/1", "done", None, "r1", ("dose", "phone"))
GUARDS = {
    "sqlite": ("DROP TRIGGER audit_keeps_rows", "DROP TRIGGER audit_keeps_values"),
    "postgresql": ("ALTER TABLE audit DISABLE TRIGGER USER",),
}


@pytest.fixture
def ledger(keyring):
    return ChainLedger(keyring)


def note(database, ledger, entry, head=GENESIS):
    return database.write(lambda tx: ledger.note(tx, entry, head))


def chain_of(database, ledger, length, entry=ENTRY):
    head = GENESIS
    for n in range(length):
        head = note(database, ledger, replace(entry, at=NOW + timedelta(seconds=n), object=f"task/{n}"), head)
    return head


def verify(database, ledger, heads):
    return database.read(lambda tx: ledger.verify(tx, heads))


def tamper(database, *statements):
    """Somebody with the database but without the audit key."""
    for statement in (*GUARDS[database.dialect], *statements):
        database.write(lambda tx, text=statement: tx.run(sa.text(text)))


def test_a_head_tells_its_seq_without_a_read(database, ledger):
    head = chain_of(database, ledger, 3)

    assert len(head) == 40
    assert int.from_bytes(head[:8], "big") == 3


def test_a_note_on_a_case_is_one_statement(database, ledger):
    with counted(database) as seen:
        note(database, ledger, ENTRY)

    assert len(seen) == 1


def test_an_honest_audit_verifies(database, ledger):
    heads = {
        CASE: chain_of(database, ledger, 5),
        OTHER: chain_of(database, ledger, 2, replace(ENTRY, case_id=OTHER, shard=11)),
    }
    for _ in range(2):
        note(database, ledger, replace(ENTRY, case_id=None, action="sign_in"))

    verdict = verify(database, ledger, heads)

    assert (verdict.entries, verdict.ok, verdict.first_bad) == (9, True, None)


def test_an_empty_audit_verifies(database, ledger):
    assert verify(database, ledger, {}).ok


def test_an_audit_longer_than_a_page_verifies(database, ledger, monkeypatch):
    monkeypatch.setattr(audit_rows, "_PAGE", audit_rows._PAGE.limit(2))
    heads = {CASE: chain_of(database, ledger, 5), OTHER: chain_of(database, ledger, 3, replace(ENTRY, case_id=OTHER))}

    verdict = verify(database, ledger, heads)

    assert (verdict.entries, verdict.ok) == (8, True)


@pytest.mark.parametrize(
    "change",
    [
        "actor = 'omar'",
        "object = 'task/9'",
        "outcome = 'denied'",
        "reason = 'x'",
        "fields = '[]'",
        "case_id = NULL",
        "role = 'auditor'",
        "request_id = NULL",
        "shard = 11",
        "action = 'read'",
    ],
)
def test_an_edited_row_is_found(database, ledger, change):
    head = chain_of(database, ledger, 3)

    tamper(database, f"UPDATE audit SET {change} WHERE seq = 3")

    assert verify(database, ledger, {CASE: head}).first_bad == Bad(CASE, 3)


def test_an_edited_time_is_found(database, ledger):
    head = chain_of(database, ledger, 2)
    later = NOW + timedelta(microseconds=1)

    tamper(database)
    database.write(lambda tx: tx.run(sa.update(audit).where(audit.c.seq == 1).values(at=later), {}))

    assert verify(database, ledger, {CASE: head}).first_bad == Bad(CASE, 1)


def test_a_deleted_row_is_found(database, ledger):
    head = chain_of(database, ledger, 4)

    tamper(database, "DELETE FROM audit WHERE seq = 2")

    assert verify(database, ledger, {CASE: head}).first_bad == Bad(CASE, 2)


def test_changed_order_is_found(database, ledger):
    head = chain_of(database, ledger, 3)

    tamper(
        database,
        "UPDATE audit SET seq = 99 WHERE seq = 1",
        "UPDATE audit SET seq = 1 WHERE seq = 2",
        "UPDATE audit SET seq = 2 WHERE seq = 99",
    )

    assert verify(database, ledger, {CASE: head}).first_bad == Bad(CASE, 1)


def test_a_cut_tail_is_found_by_the_head_of_the_case(database, ledger):
    head = chain_of(database, ledger, 3)

    tamper(database, "DELETE FROM audit WHERE seq = 3")

    assert verify(database, ledger, {CASE: head}).first_bad == Bad(CASE, 3)


def test_a_chain_that_is_gone_is_found_by_its_head(database, ledger):
    head = chain_of(database, ledger, 3)

    tamper(database, "DELETE FROM audit")

    assert verify(database, ledger, {CASE: head}).first_bad == Bad(CASE, 1)


def test_a_cut_tail_of_a_person_is_found_without_help(database, ledger):
    for _ in range(3):
        note(database, ledger, replace(ENTRY, case_id=None))

    tamper(database, "DELETE FROM audit WHERE seq = 3")

    assert verify(database, ledger, {}).first_bad == Bad(principal_chain("nora"), 3)


def test_rows_written_with_another_key_are_found(database, ledger):
    head = chain_of(database, ledger, 2)
    forger = ChainLedger(Keyring({1: bytes(32)}, audit_key=b"f" * 32, index_key=b"i" * 32))
    forged = note(database, forger, ENTRY, head)

    assert verify(database, ledger, {CASE: forged}).first_bad == Bad(CASE, 3)


def test_the_audit_refuses_changes(database, ledger):
    chain_of(database, ledger, 1)

    for statement in ("UPDATE audit SET actor = 'x'", "DELETE FROM audit"):
        with pytest.raises(ConstraintBroken):
            database.write(lambda tx, text=statement: tx.run(sa.text(text)))


def test_two_notes_on_one_head_are_a_conflict(database, ledger):
    note(database, ledger, ENTRY)

    with pytest.raises(Conflict):
        note(database, ledger, ENTRY)


def test_principals_have_chains_of_their_own(database, ledger):
    nora = [note(database, ledger, replace(ENTRY, case_id=None)) for _ in range(2)]
    omar = note(database, ledger, replace(ENTRY, case_id=None, actor_id="omar"))

    assert [int.from_bytes(head[:8], "big") for head in (*nora, omar)] == [1, 2, 1]
    assert verify(database, ledger, {}).ok


def test_several_notes_of_one_principal_fit_one_write(database, ledger):
    def work(tx):
        for _ in range(3):
            ledger.note(tx, replace(ENTRY, case_id=None))

    database.write(work)

    assert verify(database, ledger, {}) == verify(database, ledger, {})
    assert verify(database, ledger, {}).entries == 3
