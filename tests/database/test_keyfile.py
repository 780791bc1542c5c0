"""The key file."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from database import KeysUnreadable, KeysUnsafe, open_keyring

PLACE = ("t", "c", "1")


def test_keys_are_made_on_first_use_and_kept(tmp_path):
    home = tmp_path / "deep" / "home"
    sealed = open_keyring(home).seal(b"x", *PLACE)

    assert open_keyring(home).open(sealed, *PLACE) == b"x"
    assert (home / "keys.json").stat().st_mode & 0o777 == 0o600
    assert home.stat().st_mode & 0o777 == 0o700
    assert [path.name for path in home.iterdir()] == ["keys.json"]


def test_all_keys_differ(tmp_path):
    open_keyring(tmp_path)
    stored = json.loads((tmp_path / "keys.json").read_text())

    assert len({stored["keys"]["1"], stored["audit_key"], stored["index_key"]}) == 3


def test_those_who_start_at_once_get_the_same_keys(tmp_path):
    with ThreadPoolExecutor(8) as people:
        rings = list(people.map(lambda _: open_keyring(tmp_path), range(16)))

    sealed = rings[0].seal(b"x", *PLACE)
    assert {ring.open(sealed, *PLACE) for ring in rings} == {b"x"}
    assert [path.name for path in tmp_path.iterdir()] == ["keys.json"]


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o777])
def test_a_key_file_that_others_can_read_is_refused(tmp_path, mode):
    open_keyring(tmp_path)
    (tmp_path / "keys.json").chmod(mode)

    with pytest.raises(KeysUnsafe, match="chmod 600"):
        open_keyring(tmp_path)


@pytest.mark.parametrize(
    "content",
    ["", "no json", "[]", "{}", '{"version": 2, "keys": {}}', '{"version": 1, "keys": {"1": "c2VjcmV0"}}', "null"],
)
def test_another_file_is_refused_without_being_quoted(tmp_path, content):
    path = tmp_path / "keys.json"
    path.write_text(content)
    path.chmod(0o600)

    with pytest.raises(KeysUnreadable) as caught:
        open_keyring(tmp_path)

    assert "c2VjcmV0" not in str(caught.value)


def test_several_keys_are_read(tmp_path):
    sealed = open_keyring(tmp_path).seal(b"x", *PLACE)
    path = tmp_path / "keys.json"
    stored = json.loads(path.read_text())
    stored["keys"]["2"] = stored["audit_key"]
    path.write_text(json.dumps(stored))

    ring = open_keyring(tmp_path)

    assert ring.current == 2
    assert ring.open(sealed, *PLACE) == b"x"
