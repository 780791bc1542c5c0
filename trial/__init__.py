"""Drives a program under virtual time: replay of a feed, and the sample's own past."""

from trial.answers import AnswerSet, AnswersRefused, load_answers
from trial.fill import Unfillable
from trial.kit import KitRefused
from trial.modeltests import FileReport, Finding, NeverHit, run_file, run_files
from trial.present import lay_out
from trial.replay import FeedEmpty, Plan, prepare, replay, timeline, utc
from trial.report import report
from trial.tck import Excluded, Failed, TckReport, run_tck

__all__ = [
    "AnswerSet",
    "AnswersRefused",
    "Excluded",
    "Failed",
    "FeedEmpty",
    "FileReport",
    "Finding",
    "KitRefused",
    "NeverHit",
    "Plan",
    "TckReport",
    "Unfillable",
    "lay_out",
    "load_answers",
    "prepare",
    "replay",
    "report",
    "run_file",
    "run_files",
    "run_tck",
    "timeline",
    "utc",
]
