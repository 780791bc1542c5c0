"""The only room that knows SpiffWorkflow: models in, steps out."""

from engine.spiff.release import Release, check, compile_release
from engine.spiff.run import EVENT_START, Runner

__all__ = ["EVENT_START", "Release", "Runner", "check", "compile_release"]
