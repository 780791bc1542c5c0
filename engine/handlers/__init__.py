"""How the commands that mend a case are carried out: one function per command, (desk, command, tx) -> answer. They neither open nor commit."""

from collections.abc import Callable, Mapping
from typing import Any

from engine.commands import AnswerOperation, ResumeCase, SuspendCase
from engine.handlers import answering, keeping

HANDLERS: Mapping[type, Callable[[Any, Any, Any], Any]] = {  # Any: each takes its own command and gives its own answer
    AnswerOperation: answering.answer,
    SuspendCase: keeping.suspend,
    ResumeCase: keeping.resume,
}

__all__ = ["HANDLERS"]
