"""Sessions: who they are of, when they end, and that secrets are not in the database."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from access import (
    PersonUnknown,
    Sessions,
    active_people,
    add_people,
    change_person,
    csrf_fits,
    find_person,
    sample_people,
)
from tests.support.statements import counted

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
NORA = sample_people()[0]
MINUTE = timedelta(minutes=1)


@pytest.fixture
def store(database):
    database.write(lambda tx: add_people(tx, sample_people()))
    return database


@pytest.fixture
def sessions():
    return Sessions()


@pytest.fixture
def opened(store, sessions):
    return store.write(lambda tx: sessions.open(tx, NORA.id, NOW))


def find(store, sessions, token, at, **how):
    return store.read(lambda tx: sessions.find(tx, token, at, **how))


def test_a_session_is_found_by_its_token(store, sessions, opened):
    with counted(store) as seen:
        signed = find(store, sessions, opened.token, NOW)

    assert len(seen) == 1
    assert signed.person == opened.person == NORA
    assert signed.expires_at == opened.expires_at == NOW + timedelta(hours=12)
    assert find(store, sessions, "another", NOW) is None


def test_an_unknown_person_is_refused_without_being_named(store, sessions):
    with pytest.raises(PersonUnknown) as caught:
        store.write(lambda tx: sessions.open(tx, "nobody-here", NOW))

    assert "nobody-here" not in str(caught.value)


def test_the_csrf_token_belongs_to_its_session(store, sessions, opened):
    other = store.write(lambda tx: sessions.open(tx, NORA.id, NOW))
    signed = find(store, sessions, opened.token, NOW)

    assert csrf_fits(signed, opened.csrf)
    assert not csrf_fits(signed, other.csrf)
    assert not csrf_fits(signed, "")


def test_no_secret_is_stored_or_shown(store, opened):
    rows = store.read(lambda tx: tx.rows(sa.text("SELECT * FROM sessions")))

    for secret in (opened.token, opened.csrf):
        assert len(secret) >= 43
        assert secret not in repr(opened)
        assert all(secret.encode() not in bytes(value) for row in rows for value in row if isinstance(value, bytes))


def test_an_idle_session_ends(store, sessions, opened):
    assert find(store, sessions, opened.token, NOW + 14 * MINUTE) is not None
    assert find(store, sessions, opened.token, NOW + 15 * MINUTE) is None


def test_use_keeps_a_session_alive_until_its_age(store, sessions, opened):
    at = NOW
    while at < NOW + timedelta(hours=12) - 10 * MINUTE:
        at += 10 * MINUTE
        signed = find(store, sessions, opened.token, at)
        assert signed.touch_due
        store.write(lambda tx, now=at: sessions.touch(tx, opened.token, now))

    assert find(store, sessions, opened.token, NOW + timedelta(hours=12)) is None


def test_a_background_poll_does_not_keep_a_session_alive(store, sessions, opened):
    assert not find(store, sessions, opened.token, NOW + 10 * MINUTE, background=True).touch_due
    assert find(store, sessions, opened.token, NOW + 15 * MINUTE, background=True) is None


def test_the_idle_clock_is_put_back_once_a_minute(store, sessions, opened):
    assert not find(store, sessions, opened.token, NOW + timedelta(seconds=59)).touch_due
    assert find(store, sessions, opened.token, NOW + MINUTE).touch_due


def test_the_sample_may_idle_longer(store, opened):
    patient = Sessions(idle=timedelta(hours=12))

    assert find(store, patient, opened.token, NOW + timedelta(hours=11)) is not None


def test_a_closed_session_is_gone_and_closing_again_is_no_error(store, sessions, opened):
    for _ in range(2):
        store.write(lambda tx: sessions.close(tx, opened.token))

    assert find(store, sessions, opened.token, NOW) is None


def test_all_sessions_of_a_person_close_at_once_and_no_others(store, sessions, opened):
    other = store.write(lambda tx: sessions.open(tx, "omar-case-manager", NOW))

    store.write(lambda tx: sessions.close_all(tx, NORA.id))

    assert find(store, sessions, opened.token, NOW) is None
    assert find(store, sessions, other.token, NOW) is not None


def test_a_person_who_is_no_longer_active_is_signed_out_and_stays_out(store, sessions, opened):
    store.write(lambda tx: change_person(tx, replace(NORA, active=False)))

    assert find(store, sessions, opened.token, NOW) is None
    with pytest.raises(PersonUnknown):
        store.write(lambda tx: sessions.open(tx, NORA.id, NOW))


def test_changed_rights_apply_at_once(store, sessions, opened):
    changed = replace(NORA, roles=frozenset({"supervisor"}), unit=None, may_assess=False)
    store.write(lambda tx: change_person(tx, changed))

    assert find(store, sessions, opened.token, NOW).person == changed
    assert store.read(lambda tx: find_person(tx, NORA.id)) == changed


def test_sessions_past_their_age_are_forgotten(store, sessions, opened):
    store.write(lambda tx: sessions.forget(tx, NOW + timedelta(hours=12, seconds=1)))

    assert store.read(lambda tx: tx.one(sa.text("SELECT count(*) FROM sessions"))[0]) == 0


def test_people_are_added_once_and_listed_by_name(store):
    store.write(lambda tx: change_person(tx, replace(NORA, name="Aaltje Lindqvist")))

    store.write(lambda tx: add_people(tx, sample_people()))

    listed = store.read(active_people)
    assert len(listed) == len(sample_people())
    assert listed[0].name == "Aaltje Lindqvist"
    assert [person.name for person in listed] == sorted(person.name for person in listed)
