"""Optimistic concurrency: ETag on what is read, If-Match on what is changed, If-None-Match for polls."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from flask import Response, request

from api.refusal import Refusal
from engine import StaleVersion

NEVER = -1
"""A version that nothing has: it makes the engine answer everything that comes before 412, in its order."""


@dataclass(frozen=True, slots=True)
class IfMatch:
    """`version` None fits any; `given` tells whether the header was there at all."""

    given: bool
    tag: str
    version: int | None

    @contextmanager
    def required(self) -> Iterator[None]:
        """Turns the 412 that a missing header leads to into 428."""
        try:
            yield
        except StaleVersion:
            if self.given:
                raise
            raise Refusal("precondition-required") from None


def if_match() -> IfMatch:
    """The request's If-Match; a tag that is none of ours fits nothing."""
    text = request.headers.get("If-Match", "").strip()
    if text == "*":
        return IfMatch(True, text, None)
    plain = text.strip('"')
    return IfMatch(
        bool(text), plain, int(plain) if plain.isascii() and plain.isdecimal() and len(plain) < 10 else NEVER
    )


def etag(version: int | str) -> dict[str, str]:
    """The header for a version."""
    return {"ETag": f'"{version}"'}


def with_digest(answer: Response) -> Response:
    """Gives a read an ETag of its bytes, and nothing but a 304 to who has them already."""
    answer.set_etag(hashlib.sha256(answer.get_data()).hexdigest()[:32], weak=True)
    answer.make_conditional(request)
    return answer
