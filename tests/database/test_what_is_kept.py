"""Revision 0004 on a database that was lived in: rows of contacts stay as they are, and may only grow from then on."""

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from alembic import command

from database import ConstraintBroken, check, open_database, schema, upgrade

CONTACT = (
    "INSERT INTO contacts (case_id, step, client_id, at, direction, channel, party, result, two_way, purpose, actor_id)"
    " VALUES ('c', 7, 'p', :at, 'out', 'phone', 'client', 'reached', :yes, 'post_discharge', 'maria')"
)
T = datetime(2026, 1, 1, tzinfo=UTC)


def at_revision(url, revision, move=command.upgrade):
    with schema._connection(url) as connection:
        move(schema.configuration(connection), revision)


def test_contacts_of_the_release_before_stay_and_may_only_grow(address):
    url = address(tables=False)
    at_revision(url, "0003")
    store = open_database(url)
    moment = T if store.dialect == "postgresql" else "2026-01-01T00:00:00.000000Z"
    store.write(lambda tx: tx.run(sa.text(CONTACT), {"at": moment, "yes": True}))
    store.close()

    upgrade(url)

    store = open_database(url)
    (row,) = store.read(lambda tx: tx.rows(sa.text("SELECT step, party, task_id, amends, detail FROM contacts")))
    assert tuple(row) == (7, "client", None, None, None)
    assert store.read(lambda tx: tx.rows(sa.text("SELECT * FROM plan_versions"))) == []
    for statement in ("UPDATE contacts SET step = 8", "DELETE FROM contacts"):
        with pytest.raises(ConstraintBroken):
            store.write(lambda tx, text=statement: tx.run(sa.text(text)))
    # the release before goes on writing
    store.write(lambda tx: tx.run(sa.text(CONTACT.replace("7", "8")), {"at": moment, "yes": True}))
    store.close()
    assert upgrade(url) == schema.head()


def test_going_back_leaves_the_contacts(address):
    url = address(tables=False)
    upgrade(url)
    at_revision(url, "0003", command.downgrade)

    store = open_database(url)
    store.write(lambda tx: tx.run(sa.text("DELETE FROM contacts")))
    store.close()
    assert upgrade(url) == schema.head()
    assert check(url) == schema.head()
