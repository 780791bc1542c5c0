"""How the commands that mend a case are carried out: one function per command, (desk, command, tx) -> answer. They neither open nor commit."""

from collections.abc import Callable, Mapping
from typing import Any

from engine.commands import AnswerOperation, ResolveIncident, ResumeCase, RetryIncident, SuspendCase
from engine.handlers import answering, incidents, keeping

HANDLERS: Mapping[type, Callable[[Any, Any, Any], Any]] = {  # Any: each takes its own command and gives its own answer
    AnswerOperation: answering.answer,
    SuspendCase: keeping.suspend,
    ResumeCase: keeping.resume,
    RetryIncident: incidents.retry,
    ResolveIncident: incidents.resolve,
}

__all__ = ["HANDLERS"]
