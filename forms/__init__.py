"""Forms: form-js definitions and their compiler, the truth about what an answer may be. Imports `feel` only."""

from __future__ import annotations

from forms.errors import FieldProblem, FormError, FormProblem, FormRejected
from forms.form import Checked, Form
from forms.shipped import definitions_folder

__all__ = [
    "Checked",
    "FieldProblem",
    "Form",
    "FormError",
    "FormProblem",
    "FormRejected",
    "definitions_folder",
]
