"""Forms: one definition gives the page and the validator.

`forms/fields.yaml` of a procedure is its field catalogue (`Catalogue`), every other `forms/*.yaml` the `Form` of
a start event or user task. `read` turns what was posted into a valid `Submission`, `render` draws the page.
"""

from engine.forms.catalogue import Catalogue
from engine.forms.context import Context, Submission, plain
from engine.forms.definition import SCAN, Form, Outcome
from engine.forms.fields import Condition, Field, Section
from engine.forms.filled import visible
from engine.forms.html import values_from_html
from engine.forms.page import render
from engine.forms.reading import guard, read
from engine.forms.sections import digest, handed_in, missing, section_hash, section_hashes
from engine.forms.sensitive import is_sensitive, may_be_sensitive, new_salt, stored
from engine.forms.veil import Held, mask

__all__ = [
    "SCAN",
    "Catalogue",
    "Condition",
    "Context",
    "Field",
    "Form",
    "Held",
    "Outcome",
    "Section",
    "Submission",
    "digest",
    "guard",
    "handed_in",
    "is_sensitive",
    "mask",
    "may_be_sensitive",
    "missing",
    "new_salt",
    "plain",
    "read",
    "render",
    "section_hash",
    "section_hashes",
    "stored",
    "values_from_html",
    "visible",
]
