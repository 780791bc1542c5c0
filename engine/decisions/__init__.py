"""DMN decisions: an XML tree -> compiled decisions -> outcomes. Knows FEEL; knows nothing of cases, BPMN or files."""

from engine.decisions.analysis import SEVERITIES, TableFinding, Work, analyse
from engine.decisions.errors import DecisionError, DecisionProblem
from engine.decisions.evaluate import evaluate
from engine.decisions.model import Decision, DecisionTable, HitPolicy, LiteralDecision, Outcome, Step
from engine.decisions.parse import parse_decisions

__all__ = [
    "SEVERITIES",
    "Decision",
    "DecisionError",
    "DecisionProblem",
    "DecisionTable",
    "HitPolicy",
    "LiteralDecision",
    "Outcome",
    "Step",
    "TableFinding",
    "Work",
    "analyse",
    "evaluate",
    "parse_decisions",
]
