"""Sealed values, blind index and audit key."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from database import Keyring, SealBroken

PLACE = ("clients", "name", "c1")
RING = Keyring({1: bytes(range(32))}, audit_key=b"a" * 32, index_key=b"i" * 32)


@given(st.binary(max_size=2000))
def test_what_was_sealed_opens_and_is_33_bytes_longer(plain):
    sealed = RING.seal(plain, *PLACE)

    assert RING.open(sealed, *PLACE) == plain
    assert len(sealed) == len(plain) + 33


def test_the_same_value_is_never_sealed_alike(keyring):
    assert keyring.seal(b"x", *PLACE) != keyring.seal(b"x", *PLACE)


@pytest.mark.parametrize("place", [("tasks", "name", "c1"), ("clients", "mrn", "c1"), ("clients", "name", "c2")])
def test_a_value_opens_nowhere_else(keyring, place):
    sealed = keyring.seal(b"Ada", *PLACE)

    with pytest.raises(SealBroken) as caught:
        keyring.open(sealed, *place)

    assert "Ada" not in str(caught.value)
    assert place[2] not in str(caught.value)
    assert caught.value.__cause__ is None


@given(st.integers(0, 36), st.integers(1, 255))
def test_any_changed_byte_is_noticed(place, change):
    sealed = bytearray(RING.seal(b"name", *PLACE))
    sealed[place] ^= change

    with pytest.raises(SealBroken):
        RING.open(bytes(sealed), *PLACE)


@given(st.binary(max_size=60))
def test_what_was_never_sealed_does_not_open(noise):
    with pytest.raises(SealBroken):
        RING.open(noise, *PLACE)


def test_the_highest_key_seals_and_all_keys_open(keyring):
    old = keyring.seal(b"x", *PLACE)
    rotated = Keyring({1: bytes(range(32)), 2: b"n" * 32}, audit_key=b"a" * 32, index_key=b"i" * 32)
    new = rotated.seal(b"x", *PLACE)

    assert rotated.open(old, *PLACE) == rotated.open(new, *PLACE) == b"x"
    assert (rotated.is_stale(old), rotated.is_stale(new), keyring.is_stale(old)) == (True, False, False)
    with pytest.raises(SealBroken):
        keyring.open(new, *PLACE)


def test_a_blind_index_finds_a_name_however_it_is_written_but_in_its_field_only(keyring):
    token = keyring.blind("family_name", "O'Brien  Smith")

    assert token == keyring.blind("family_name", " o'brien smith\u00a0")
    assert token == keyring.blind("family_name", "O'Brien Smith")
    assert token != keyring.blind("given_name", "O'Brien Smith")
    assert len(token) == 32


def test_the_audit_key_is_no_other_key(keyring):
    assert keyring.audit_mac(b"f\0x") != keyring.blind("f", "x")
    assert keyring.audit_mac(b"x") == keyring.audit_mac(b"x")


def test_a_keyring_shows_no_key(keyring):
    assert "aaaa" not in repr(keyring)
    assert not hasattr(keyring, "__dict__")


@pytest.mark.parametrize(
    ("keys", "audit", "index"),
    [({}, 32, 32), ({1: b"short"}, 32, 32), ({1: bytes(32)}, 31, 32), ({1: bytes(32)}, 32, 33)],
)
def test_keys_of_another_length_are_refused(keys, audit, index):
    with pytest.raises(ValueError):
        Keyring(keys, audit_key=bytes(audit), index_key=bytes(index))
