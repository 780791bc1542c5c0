"""Give a waiting service task the answer of its operation: values, or an error code that an error event may catch."""

import re
from dataclasses import dataclass, field
from datetime import datetime

from engine.errors import FormRefused
from engine.model import Actor, CaseId, Values

_CODE = re.compile(r"[\w.:-]{1,60}")


@dataclass(frozen=True, slots=True)
class AnswerOperation:
    """`token` is `Call.token` of the outbox row. With `error` the values are not read; an answer nobody awaits changes nothing."""

    case_id: CaseId
    token: str
    actor: Actor
    at: datetime
    values: Values = field(default_factory=dict)
    error: str | None = None


def require(command: AnswerOperation) -> None:
    """An error is a code that a model can name, never a sentence: it stands in messages and history."""
    if command.error is not None and not _CODE.fullmatch(command.error):
        raise FormRefused([("#/error", "Expected a code of letters, digits, dots, colons, hyphens and underscores.")])
