"""How the commands that mend a case, messages and calls are carried out: one function per command, (desk, command, tx) -> answer. They neither open nor commit."""

from collections.abc import Callable, Mapping
from typing import Any

from engine.commands import (
    AnswerOperation,
    Correlate,
    DeliverKept,
    DiscardCall,
    ResendCall,
    ResolveIncident,
    ResumeCase,
    RetryIncident,
    SendMessage,
    SuspendCase,
)
from engine.handlers import answering, calls, incidents, keeping, messaging

HANDLERS: Mapping[type, Callable[[Any, Any, Any], Any]] = {  # Any: each takes its own command and gives its own answer
    AnswerOperation: answering.answer,
    SuspendCase: keeping.suspend,
    ResumeCase: keeping.resume,
    RetryIncident: incidents.retry,
    ResolveIncident: incidents.resolve,
    Correlate: messaging.to_case,
    SendMessage: messaging.send,
    DeliverKept: messaging.deliver,
    ResendCall: calls.resend,
    DiscardCall: calls.discard,
}

__all__ = ["HANDLERS"]
