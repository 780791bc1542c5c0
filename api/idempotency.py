"""Idempotency-Key: the same key and body get the first answer again, kept sealed in the transaction of its effect."""

import hashlib
import json
import re
from collections.abc import Callable
from typing import Any

from flask import request

from api.caller import Caller
from api.refusal import Refusal
from database import Tx, find_receipt, insert_receipt
from engine import KeyReused, Receipt

_KEY = re.compile(r"[\x21-\x7e]{1,200}")


def receipt_of_request() -> Receipt | None:
    """The request's receipt, None without an Idempotency-Key. Raises Refusal for a key of other than 1 to 200 ASCII characters."""
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return None
    if not _KEY.fullmatch(key):
        errors = [{"header": "Idempotency-Key", "detail": "Expected 1 to 200 ASCII characters without spaces."}]
        raise Refusal("fields-refused", "Expected another Idempotency-Key", errors=errors)
    return Receipt(request.path, key, hashlib.sha256(request.get_data(cache=True)).digest())


def once(who: Caller, tx: Tx, receipt: Receipt | None, work: Callable[[], Any]) -> Any:  # Any: JSON
    """Does `work` in `tx` and keeps its answer; a known receipt gets the answer kept. Raises KeyReused for another body."""
    if receipt is None:
        return work()
    where = f"{who.actor.id}.{receipt.path}.{receipt.key}"
    keyring = who.program.keyring
    known = find_receipt(tx, who.actor.id, receipt.path, receipt.key)
    if known is not None:
        if bytes(known.fingerprint) != receipt.fingerprint:
            raise KeyReused
        return json.loads(keyring.open(bytes(known.answer), "receipts", "answer", where))
    answer = work()
    insert_receipt(
        tx,
        actor=who.actor.id,
        path=receipt.path,
        key=receipt.key,
        fingerprint=receipt.fingerprint,
        answer=keyring.seal(json.dumps(answer).encode(), "receipts", "answer", where),
        created_at=who.now,
    )
    return answer


def is_known(who: Caller, tx: Tx, receipt: Receipt | None) -> bool:
    """Whether the request was answered before."""
    return receipt is not None and find_receipt(tx, who.actor.id, receipt.path, receipt.key) is not None
