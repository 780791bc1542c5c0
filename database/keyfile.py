"""The key file of an installation: made once, readable by its owner only. Losing it loses every sealed value."""

import base64
import binascii
import os
import secrets
from pathlib import Path

import orjson

from database.errors import KeysUnreadable, KeysUnsafe
from database.sealed import KEY_BYTES, Keyring

FILE_NAME = "keys.json"
_OTHERS = 0o077


def open_keyring(home: Path) -> Keyring:
    """The keys in `<home>/keys.json` (mode 0600), made on first use together with `home` (mode 0700).

    Two processes starting at once get the same keys. KeysUnsafe when others can read the file,
    KeysUnreadable when it is not a key file.
    """
    path = home / FILE_NAME
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not path.exists():
        _make(path)
    return _read(path)


def _make(path: Path) -> None:
    fresh = path.with_name(f".{FILE_NAME}.{secrets.token_hex(8)}")
    content = {"version": 1, "keys": {"1": _new_key()}, "audit_key": _new_key(), "index_key": _new_key()}
    descriptor = os.open(fresh, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(orjson.dumps(content, option=orjson.OPT_INDENT_2))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(fresh, path)  # not rename: it would replace the keys another process has just made
        except FileExistsError:
            return
    finally:
        fresh.unlink()
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _read(path: Path) -> Keyring:
    with path.open("rb") as file:
        if os.fstat(file.fileno()).st_mode & _OTHERS:
            raise KeysUnsafe(f"Expected '{path}' to be readable by its owner only (chmod 600), but others can read it")
        content = file.read()
    try:
        stored = orjson.loads(content)
        keys = {int(number): _decode(key) for number, key in stored["keys"].items()}
        if stored["version"] == 1:
            return Keyring(keys, _decode(stored["audit_key"]), _decode(stored["index_key"]))
    except (ValueError, KeyError, TypeError, AttributeError, binascii.Error):
        pass  # the cause would quote the file
    raise KeysUnreadable(f"Expected a key file in '{path}', but it cannot be read as one")


def _new_key() -> str:
    return base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()


def _decode(text: str) -> bytes:
    return base64.b64decode(text, validate=True)
