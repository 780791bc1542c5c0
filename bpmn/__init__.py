"""The models: diagrams and decision tables that designers edit. Data only; nothing here runs them."""

from pathlib import Path

__all__ = ["models_folder"]


def models_folder() -> Path:
    """The folder that holds the shipped *.bpmn and *.dmn files."""
    return Path(__file__).parent
