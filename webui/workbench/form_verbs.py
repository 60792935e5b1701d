"""What the pages of forms share: trying an edit, saying what refuses it, where to go back to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import request, url_for

from engine.errors import CountersignError
from engine.problems import DefinitionInvalid, Problem


def tried(verb: Callable[[], Any]) -> tuple[str, int]:
    """What refuses an edit, in words, with the status; empty when it was kept."""
    try:
        verb()
    except CountersignError as error:
        return said(error), error.status
    return "", 200


def said(error: CountersignError) -> str:
    """An error in words; of a definition, a line for each fault."""
    if isinstance(error, DefinitionInvalid):
        return "\n".join(_line(one) for one in error.problems)
    return error.message


def _line(one: Problem) -> str:
    return f"{one.file} {one.element}：{one.what}。{one.remedy}".replace(" ：", "：")


def back(process: str, name: str) -> str:
    """The page that lists what an edited item belongs to."""
    if name == "fields":
        return url_for("workbench.forms", process=process) + "#catalogue"
    return url_for("workbench.form", process=process, name=name)


def revision() -> int:
    """The revision of the draft that the page was drawn from."""
    return request.form.get("revision", 0, type=int)
