"""The problems that HTTP answers with: one table of slugs, and the error that carries one. No Flask, no client data."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Kind:
    """A problem type: its status, its title, and what to do about it."""

    status: int
    title: str
    cure: str


KINDS: Mapping[str, Kind] = {
    "json-malformed": Kind(
        400,
        "The body is not JSON",
        "Send one JSON object in UTF-8: at most 64 levels deep, no key twice in an object, no NaN or Infinity.",
    ),
    "bad-request": Kind(400, "The request cannot be read", "Compare the request with /api/v1/openapi.json."),
    "not-signed-in": Kind(401, "Nobody is signed in", "Sign in by POST /api/v1/sessions and send its cookie."),
    "sign-in-refused": Kind(
        401, "Signing in was refused", "Choose one of the people that GET /api/v1/sessions/people lists."
    ),
    "csrf-refused": Kind(
        403, "The CSRF token is missing or wrong", "Send the csrf_token of GET /api/v1/sessions as X-CSRF-Token."
    ),
    "cross-site-refused": Kind(
        403, "The request comes from another site", "Change things from Ninefold's own pages, or from a program."
    ),
    "right-missing": Kind(
        403, "A right is missing", "The member `right` names it; a supervisor or administrator can give it."
    ),
    "not-found": Kind(
        404, "There is no such thing", "Check the address. What you have no right to know of is answered the same way."
    ),
    "method-not-allowed": Kind(405, "The method does not fit", "The header Allow names the methods that do."),
    "task-closed": Kind(
        409,
        "The task is closed",
        "The members `closed_by` and `closed_at` say by whom and when; open the case instead.",
    ),
    "case-suspended": Kind(
        409, "The case is suspended", "Wait until it is resumed, or ask an administrator to resume it."
    ),
    "incident-stays": Kind(409, "The incident cannot be stepped over", "Retry it, move its timer, or move the token."),
    "task-not-completed": Kind(
        409, "The task is not completed", "Complete it with the right answers; only a completed form is added to."
    ),
    "case-goes-on": Kind(409, "The case goes on", "It is neither suspended nor ended: there is nothing to undo."),
    "token-unclear": Kind(
        409, "It is unclear which token is meant", "Name the id of the task that is open there as `token`."
    ),
    "move-refused": Kind(409, "The token cannot go there", "Choose an element at which a token can begin."),
    "case-closed": Kind(409, "The case has ended", "Start a new case for the client."),
    "call-settled": Kind(
        409,
        "The call is settled",
        "The member `call_status` says how: only pending and dead calls are sent or given up.",
    ),
    "call-under-way": Kind(409, "The call is being made", "Wait for its outcome, then look at the outbox again."),
    "candidate-decided": Kind(409, "The candidate is decided", "Reload the list of candidates."),
    "no-timer": Kind(409, "No timer is set", 'Move time by a duration instead: {"by": "PT48H"}.'),
    "step-failed": Kind(
        409,
        "The model could not take this step",
        "Nothing was kept. The member `element` names the place; tell a designer.",
    ),
    "stale-version": Kind(412, "Somebody changed this meanwhile", "Read it again and repeat with the new ETag."),
    "too-large": Kind(413, "The body is too large", "Send at most 1 MB, for designs and HL7 at most 6 MB."),
    "content-type-refused": Kind(415, "The content type does not fit", "The header Accept names the type to send."),
    "host-refused": Kind(
        421, "This host name is not served", "The sample answers on 127.0.0.1 and localhost only: use one of these."
    ),
    "fields-refused": Kind(
        422, "Some fields do not fit", "Each item of `errors` points to a field and says what is expected."
    ),
    "element-unknown": Kind(
        422, "There is no such element", "Look for its id in the diagram; name its process where two have it."
    ),
    "form-refused": Kind(422, "Some answers do not fit the form", "Each item of `errors` points to a field."),
    "key-reused": Kind(
        422, "The idempotency key was used with another body", "Draw a new Idempotency-Key for each intended change."
    ),
    "cursor-refused": Kind(422, "The cursor is not one of ours", "Begin again without a cursor."),
    "message-rejected": Kind(
        422, "The HL7 message cannot be taken", "Each item of `rejected` names the message, segment and field."
    ),
    "release-rejected": Kind(
        422, "The designs have errors", "Mend what `problems` lists, then check and deploy again."
    ),
    "precondition-required": Kind(428, "If-Match is required", "Send the ETag that was read as If-Match."),
    "internal": Kind(500, "Something went wrong here", "Nothing was kept. Tell an administrator the `instance`."),
    "not-ready": Kind(503, "Ninefold is not ready", "Try again after the seconds of Retry-After."),
    "web-not-built": Kind(503, "The web interface is not built", "Run `make setup`, then start again."),
    "disk-full": Kind(507, "The disk is full", "Nothing was kept. Make room, then repeat."),
}


class Refusal(Exception):
    """A request is answered with a problem. `detail` names no client; `members` are further members of the answer."""

    code = "refusal"

    def __init__(
        self,
        slug: str,
        detail: str | None = None,
        *,
        errors: Sequence[Mapping[str, str]] = (),
        members: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self.slug, self.kind = slug, KINDS[slug]
        self.detail = detail or self.kind.title
        self.errors, self.members, self.headers = tuple(errors), dict(members or {}), dict(headers or {})
        super().__init__(self.detail)


def field_errors(problems: Sequence[tuple[str, str]]) -> list[dict[str, str]]:
    """(JSON pointer, detail) pairs as the members of `errors`."""
    return [{"pointer": pointer, "detail": detail} for pointer, detail in problems]
