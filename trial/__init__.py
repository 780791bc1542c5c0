"""Drives a program under virtual time: replay of a feed, and the sample's own past."""

from trial.answers import AnswerSet, AnswersRefused, load_answers
from trial.fill import Unfillable
from trial.present import lay_out
from trial.replay import FeedEmpty, Plan, prepare, replay, timeline, utc
from trial.report import report

__all__ = [
    "AnswerSet",
    "AnswersRefused",
    "FeedEmpty",
    "Plan",
    "Unfillable",
    "lay_out",
    "load_answers",
    "prepare",
    "replay",
    "report",
    "timeline",
    "utc",
]
