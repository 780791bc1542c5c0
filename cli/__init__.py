"""The command line: `ninefold …`. Exit 0 done, 1 the work found problems or failed, 2 wrong usage."""

from cli.main import main

__all__ = ["main"]
