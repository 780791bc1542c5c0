"""How cases begin and are mended, and how messages and calls are carried out: one function per command, (desk, command, tx) -> answer. They neither open nor commit."""

from collections.abc import Callable, Mapping
from typing import Any

from engine.commands import (
    AmendTask,
    AnswerOperation,
    AssignTask,
    CancelCase,
    Correlate,
    DelegateTask,
    DeliverKept,
    DiscardCall,
    ForceTimer,
    MigrateCase,
    MoveToken,
    PlanMigration,
    RescheduleTimer,
    ResendCall,
    ResolveIncident,
    RestartCase,
    ResumeCase,
    RetryIncident,
    SendMessage,
    SetValues,
    SnoozeTask,
    StartCase,
    StartLinkedCase,
    SuspendCase,
)
from engine.handlers import (
    amending,
    answering,
    calls,
    handing,
    incidents,
    keeping,
    linking,
    messaging,
    migrating,
    moving,
    starting,
    timing,
)

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
    CancelCase: moving.cancel,
    MoveToken: moving.move,
    RestartCase: moving.restart,
    SetValues: moving.amend,
    StartCase: starting.start,
    StartLinkedCase: linking.start_linked,
    MigrateCase: migrating.migrate,
    PlanMigration: migrating.plan,
    AssignTask: handing.assign,
    DelegateTask: handing.delegate,
    SnoozeTask: handing.snooze,
    AmendTask: amending.amend,
    RescheduleTimer: timing.reschedule,
    ForceTimer: timing.force,
}

__all__ = ["HANDLERS"]
