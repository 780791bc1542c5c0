"""DMN decisions: XML trees -> compiled decisions -> outcomes. Knows FEEL; knows nothing of cases, BPMN or files."""

from engine.decisions.analysis import SEVERITIES, TableFinding, Work, analyse
from engine.decisions.errors import DecisionError, DecisionProblem
from engine.decisions.evaluate import evaluate
from engine.decisions.items import ItemType
from engine.decisions.model import (
    Decidable,
    Decision,
    DecisionService,
    InputData,
    Knowledge,
    Model,
    Notice,
    Outcome,
    Step,
    TableStep,
)
from engine.decisions.parse import parse_decisions, read_models
from engine.decisions.tables import Aggregation, DecisionTable, HitPolicy, Input, Output, Rule

__all__ = [
    "SEVERITIES",
    "Aggregation",
    "Decidable",
    "Decision",
    "DecisionError",
    "DecisionProblem",
    "DecisionService",
    "DecisionTable",
    "HitPolicy",
    "Input",
    "InputData",
    "ItemType",
    "Knowledge",
    "Model",
    "Notice",
    "Outcome",
    "Output",
    "Rule",
    "Step",
    "TableFinding",
    "TableStep",
    "Work",
    "analyse",
    "evaluate",
    "parse_decisions",
    "read_models",
]
