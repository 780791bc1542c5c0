"""The nine phases of case management, by key and in their order (care-process.md)."""

PHASES = (
    "screening",
    "assessing",
    "stratifying",
    "planning",
    "implementing",
    "following_up",
    "transitioning",
    "post_transition",
    "evaluating",
)
