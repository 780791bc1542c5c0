"""The only room that knows SpiffWorkflow: models in, steps out."""

from engine.spiff.hot import Hot
from engine.spiff.release import Release, check, compile_release
from engine.spiff.run import Runner

__all__ = ["Hot", "Release", "Runner", "check", "compile_release"]
