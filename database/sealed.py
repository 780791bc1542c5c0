"""Sealed values: AES-256-GCM bound to table, column and row. Store functions seal and open explicitly.

A column type could not do it: it never sees the row's id, so values could be swapped between rows.
"""

import hashlib
import hmac
import os
import struct
import unicodedata
from collections.abc import Mapping

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from database.errors import SealBroken

_VERSION = 1
_HEAD = struct.Struct(">BI")
_NONCE = 12
KEY_BYTES = 32


class Keyring:
    """Data keys by number (the highest seals, all of them open), the audit key and the search key; 32 bytes each.

    A sealed value is version (1 byte) | key number (4) | nonce (12) | ciphertext and tag: 33 bytes longer than plain.
    """

    __slots__ = ("_audit_key", "_ciphers", "_index_key", "current")

    def __init__(self, keys: Mapping[int, bytes], audit_key: bytes, index_key: bytes) -> None:
        if not keys or any(len(key) != KEY_BYTES for key in (*keys.values(), audit_key, index_key)):
            raise ValueError("Expected at least one data key and all keys of 32 bytes")
        self._ciphers = {number: AESGCM(key) for number, key in keys.items()}
        self.current = max(keys)
        self._audit_key, self._index_key = audit_key, index_key

    def seal(self, plain: bytes, table: str, column: str, row: str) -> bytes:
        """Seals `plain` for this place; it opens nowhere else."""
        head, nonce = _HEAD.pack(_VERSION, self.current), os.urandom(_NONCE)
        return head + nonce + self._ciphers[self.current].encrypt(nonce, plain, head + _place(table, column, row))

    def open(self, sealed: bytes, table: str, column: str, row: str) -> bytes:
        """The plain value; SealBroken, naming the column only, when it was not sealed for this place by our keys."""
        head, nonce, rest = (
            sealed[: _HEAD.size],
            sealed[_HEAD.size : _HEAD.size + _NONCE],
            sealed[_HEAD.size + _NONCE :],
        )
        try:
            version, number = _HEAD.unpack(head)
            if version == _VERSION:
                return self._ciphers[number].decrypt(nonce, rest, head + _place(table, column, row))
        except (InvalidTag, KeyError, ValueError, struct.error):
            pass
        raise SealBroken(f"Expected a sealed value in '{table}.{column}', but it does not open")

    def is_stale(self, sealed: bytes) -> bool:
        """Whether an older key sealed it: what re-encryption looks for."""
        return bytes(sealed[1 : _HEAD.size]) != _HEAD.pack(_VERSION, self.current)[1:]

    def blind(self, field: str, text: str) -> bytes:
        """A search token (32 bytes): equal for texts that differ only in case, width or spaces; distinct per field."""
        folded = " ".join(unicodedata.normalize("NFKC", text).casefold().split())
        return hmac.digest(self._index_key, f"{field}\0{folded}".encode(), hashlib.sha256)

    def audit_mac(self, data: bytes) -> bytes:
        """The audit ledger's HMAC-SHA256 (32 bytes), under a key of its own."""
        return hmac.digest(self._audit_key, data, hashlib.sha256)


def _place(table: str, column: str, row: str) -> bytes:
    return f"{table}.{column}.{row}".encode()
