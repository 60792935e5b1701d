"""Tables whose rows are given from elsewhere: shown and decided on, never added to, removed or kept in the form."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from engine.errors import FormInvalid
from engine.forms import Catalogue, Context, Form, read, render, values_from_html
from engine.operations import Registry
from engine.problems import DefinitionInvalid
from engine.transactions import Transactions, Tx
from engine.vault import Vault

REVIEW = """
title: 评审
fields:
  - id: lines
    label: 客户
    kind: table
    rows: lines
    columns:
      - {id: code, label: 编码, fixed: true}
      - {id: note, label: 备注, fixed: true}
      - {id: decision, label: 意见, kind: choice, required: true, options: {agree: 同意, keep: 保留}}
      - {id: reason, label: 理由, required: {field: decision, values: [keep]}}
outcomes: [{id: answer, label: 答复}]
"""
CATALOGUE = Catalogue.parse("sections: []", "fields.yaml")


def form() -> Form:
    return Form.parse(REVIEW, CATALOGUE, "forms/review.yaml")


@pytest.fixture
def tx(sqlite_database: str, tmp_path: Path) -> Iterator[Tx]:
    transactions = Transactions(sqlite_database, Vault(tmp_path))
    with transactions.read() as opened:
        yield opened
    transactions.close()


def context(tx: Tx, codes: tuple[str, ...] = ("A", "B")) -> Context:
    registry = Registry()
    registry.rows["lines"] = lambda tx, now, case, department: [{"code": one, "note": ""} for one in codes]
    return Context(tx=tx, now=datetime(2026, 11, 16, tzinfo=UTC), registry=registry, case_id=1)


def said(*rows: dict[str, Any]) -> dict[str, Any]:
    return {"lines": list(rows), "outcome": "answer"}


def test_what_is_said_of_each_row_goes_with_the_step_and_not_into_the_form(tx: Tx) -> None:
    answers = said({"code": "B", "decision": "keep", "reason": "备件"}, {"code": "A", "decision": "agree"})

    submission = read(form(), answers, {}, context(tx))

    assert submission.values == {}
    assert submission.changed["lines"][1] == [
        {"code": "A", "decision": "agree"},
        {"code": "B", "decision": "keep", "reason": "备件"},
    ]


def test_rows_that_are_not_given_and_fixed_cells_cannot_be_written(tx: Tx) -> None:
    forged = said(
        {"code": "A", "decision": "agree", "note": "改过"}, {"code": "Z", "decision": "agree"},
        {"code": "B", "decision": "agree"},
    )  # fmt: skip

    submission = read(form(), forged, {}, context(tx))

    assert submission.changed["lines"][1] == [{"code": one, "decision": "agree"} for one in "AB"]


def test_a_row_nobody_spoke_of_is_asked_for_at_its_place(tx: Tx) -> None:
    with pytest.raises(FormInvalid) as refused:
        read(form(), said({"code": "A", "decision": "keep"}), {}, context(tx))

    assert [problem.field for problem in refused.value.problems] == ["lines.0.reason", "lines.1.decision"]


def test_the_digest_of_the_rows_changes_with_what_is_said(tx: Tx) -> None:
    agreed = [read(form(), said({"code": "A", "decision": "agree"}), {}, context(tx, ("A",))).rows for _ in range(2)]
    kept = read(form(), said({"code": "A", "decision": "keep", "reason": "备件"}), {}, context(tx, ("A",))).rows

    assert agreed[0] == agreed[1] != kept


def test_the_page_shows_given_rows_with_what_was_typed_and_takes_it_back(tx: Tx) -> None:
    posted = {"lines-1-code": ["B"], "lines-1-decision": ["keep"], "lines-1-reason": [""]}
    typed = values_from_html(form(), posted, context(tx))

    drawn = render(form(), {}, context(tx), typed=typed)[0]["fields"][0]

    assert [row["code"] for row in drawn["rows"]] == ["A", "B"]
    assert drawn["rows"][1]["decision"] == "keep"
    assert [column["id"] for column in drawn["columns"]] == ["code", "decision", "reason"], "no column without a word"


def test_the_first_column_must_tell_the_rows_apart() -> None:
    with pytest.raises(DefinitionInvalid, match="fixed"):
        Form.parse(REVIEW.replace("label: 编码, fixed: true", "label: 编码"), CATALOGUE, "forms/review.yaml")
