"""Commands: frozen values and what they require. They decide from values; the service loads and stores."""

from engine.commands.answer_operation import AnswerOperation
from engine.commands.claim_task import ClaimTask, ReleaseTask
from engine.commands.complete_task import CompleteTask
from engine.commands.correlate import Correlate
from engine.commands.deliver_kept import DeliverKept
from engine.commands.deploy import Deploy
from engine.commands.discard_call import DiscardCall
from engine.commands.fire_timer import FireTimer
from engine.commands.resend_call import ResendCall
from engine.commands.resolve_incident import ResolveIncident
from engine.commands.resume_case import ResumeCase
from engine.commands.retry_incident import RetryIncident
from engine.commands.save_draft import SaveDraft
from engine.commands.send_message import SendMessage
from engine.commands.start_case import StartCase
from engine.commands.suspend_case import SuspendCase

__all__ = [
    "AnswerOperation",
    "ClaimTask",
    "CompleteTask",
    "Correlate",
    "DeliverKept",
    "Deploy",
    "DiscardCall",
    "FireTimer",
    "ReleaseTask",
    "ResendCall",
    "ResolveIncident",
    "ResumeCase",
    "RetryIncident",
    "SaveDraft",
    "SendMessage",
    "StartCase",
    "SuspendCase",
]
