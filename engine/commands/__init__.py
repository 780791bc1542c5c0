"""Commands: frozen values and what they require. They decide from values; the service loads and stores."""

from engine.commands.amend_task import AmendTask
from engine.commands.answer_operation import AnswerOperation
from engine.commands.assign_task import AssignTask
from engine.commands.cancel_case import CancelCase
from engine.commands.claim_task import ClaimTask, ReleaseTask
from engine.commands.complete_task import CompleteTask
from engine.commands.correlate import Correlate
from engine.commands.delegate_task import DelegateTask
from engine.commands.deliver_kept import DeliverKept
from engine.commands.deploy import Deploy
from engine.commands.discard_call import DiscardCall
from engine.commands.fire_timer import FireTimer
from engine.commands.force_timer import ForceTimer
from engine.commands.migrate_case import MigrateCase
from engine.commands.move_token import MoveToken
from engine.commands.note_record import NoteRecord
from engine.commands.plan_migration import PlanMigration
from engine.commands.reschedule_timer import RescheduleTimer
from engine.commands.resend_call import ResendCall
from engine.commands.resolve_incident import ResolveIncident
from engine.commands.restart_case import RestartCase
from engine.commands.resume_case import ResumeCase
from engine.commands.retry_incident import RetryIncident
from engine.commands.save_draft import SaveDraft
from engine.commands.send_message import SendMessage
from engine.commands.set_values import SetValues
from engine.commands.snooze_task import SnoozeTask
from engine.commands.start_case import StartCase
from engine.commands.start_linked_case import StartLinkedCase
from engine.commands.suspend_case import SuspendCase

__all__ = [
    "AmendTask",
    "AnswerOperation",
    "AssignTask",
    "CancelCase",
    "ClaimTask",
    "CompleteTask",
    "Correlate",
    "DelegateTask",
    "DeliverKept",
    "Deploy",
    "DiscardCall",
    "FireTimer",
    "ForceTimer",
    "MigrateCase",
    "MoveToken",
    "NoteRecord",
    "PlanMigration",
    "ReleaseTask",
    "RescheduleTimer",
    "ResendCall",
    "ResolveIncident",
    "RestartCase",
    "ResumeCase",
    "RetryIncident",
    "SaveDraft",
    "SendMessage",
    "SetValues",
    "SnoozeTask",
    "StartCase",
    "StartLinkedCase",
    "SuspendCase",
]
