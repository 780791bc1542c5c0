"""Rows of the engine. Functions take a transaction and never commit."""

from engine.store import cases, history, releases, tables, tasks, timers

__all__ = ["cases", "history", "releases", "tables", "tasks", "timers"]
