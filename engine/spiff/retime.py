"""Moves a waiting timer to another due instant inside the state of its case; its row follows from the Advance."""

from datetime import datetime
from typing import Any

from engine.spiff import starts, waiting


def move(held: tuple[Any, str, datetime, str], due: datetime) -> None:  # Any: a library task, or an armed start
    """`held` is the timer as a snapshot has it: of a task, of one branch of a gateway, or of an event subprocess."""
    item, element = held[:2]
    if isinstance(item, starts.Armed):
        _set(item.workflow.task_tree.internal_data, starts.DUE, item.start.sub, due)
        return
    inner = item.internal_data
    if waiting.DUES in inner:
        outputs = item.task_spec.outputs
        branch = next(n for n in inner[waiting.DUES] if outputs[int(n)].bpmn_id == element)
        _set(inner, waiting.DUES, branch, due)
    else:
        inner[waiting.DUE] = _moved(inner[waiting.DUE], due)


def _set(inner: dict[str, Any], name: str, key: str, due: datetime) -> None:
    inner[name] = {**inner[name], key: _moved(inner[name][key], due)}


def _moved(value: Any, due: datetime) -> Any:  # Any: the text of an instant, or the state of a cycle
    """A cycle begins anew at the instant with the turns that are left, so that later ones follow from it."""
    text = due.isoformat()
    return {**value, "next": text, "start": text, "turn": 0} if isinstance(value, dict) else text
