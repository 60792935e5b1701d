"""Masks: they go out instead of what is stored, and come back as it, row by row."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import FormInvalid
from engine.forms import Catalogue, Context, Form, mask, read, render, values_from_html

from .conftest import APPLY, FIELDS

PLAIN = FIELDS.replace('            check: {by: account_kind, card: card, "*": digits}\n', "").replace(
    ", check: tidy", ""
)
FORM = Form.parse(APPLY, Catalogue.parse(PLAIN), "forms/apply.yaml")

numbers = st.text("0123456789", min_size=9, max_size=19)
accounts = st.fixed_dictionaries(
    {"account_no": numbers, "account_kind": st.sampled_from(["base", "card"]), "currency": st.just("CNY")}
)


def posted(stored: dict[str, Any]) -> list[dict[str, str]]:
    """The rows of the table as the page draws them and a browser sends them back."""
    [section] = render(FORM, stored)
    [banks] = [one for one in section["fields"] if one["id"] == "banks"]
    return [{name: str(cell) for name, cell in row.items() if name != "errors"} for row in banks["rows"]]


def handed_in(rows: list[dict[str, str]], stored: dict[str, Any]) -> list[dict[str, Any]]:
    """What is read when the page comes back with these rows."""
    controls = {f"banks-{n}-{name}": [cell] for n, row in enumerate(rows) for name, cell in row.items()}
    typed = {"legal_name": ["恒川公司"], "group": ["C001"], **controls}
    found: list[dict[str, Any]] = read(FORM, values_from_html(FORM, typed, Context(), stored), stored).values["banks"]
    return found


@given(rows=st.lists(accounts, min_size=1, max_size=3), data=st.data())
def test_rows_may_be_moved_and_taken_away_and_masks_keep_what_they_stand_for(
    rows: list[dict[str, Any]], data: st.DataObject
) -> None:
    stored = {"banks": rows}
    drawn = posted(stored)
    order = data.draw(st.permutations(range(len(rows))))[: data.draw(st.integers(1, len(rows)))]

    found = handed_in([drawn[place] for place in order], stored)

    assert found == [rows[place] for place in order]
    assert not any(row["account_no"] in str(drawn) for row in rows)


@given(rows=st.lists(accounts, min_size=1, max_size=3), data=st.data())
def test_what_is_typed_over_a_mask_replaces_that_row_only(rows: list[dict[str, Any]], data: st.DataObject) -> None:
    stored = {"banks": rows}
    drawn, place, new = posted(stored), data.draw(st.integers(0, len(rows) - 1)), data.draw(numbers)
    drawn[place]["account_no"] = new

    found = handed_in(drawn, stored)

    assert [row["account_no"] for row in found] == [
        new if n == place else row["account_no"] for n, row in enumerate(rows)
    ]


def test_a_mask_of_which_nobody_knows_the_value_is_no_value() -> None:
    stored = {"banks": [{"account_no": "110202071234", "account_kind": "base", "currency": "CNY"}]}
    [row] = posted(stored)

    for strange in (row | {"_row": "0"}, row | {"account_no": "•••• 9999"}):
        with pytest.raises(FormInvalid) as refused:
            handed_in([strange], stored)
        assert [(one.field, "完整地重新填写" in one.message) for one in refused.value.problems] == [
            ("banks.0.account_no", True)
        ]


@pytest.mark.parametrize(
    ("value", "shown"),
    [("110202071234", "•••• 1234"), ("12345678", "•••• 5678"), ("1234567", "••••"), ("", ""), (None, "")],
)
def test_half_of_a_value_is_always_hidden(value: str | None, shown: str) -> None:
    assert mask(value) == shown


def test_what_the_record_holds_is_masked_even_for_those_with_a_right_to_see() -> None:
    """
    Given a customer with one account, and an application for another one
    When somebody with the right to see both reads it
    Then the new number is legible and the old one is not.
    """
    old, new = ({"account_no": number, "account_kind": "base"} for number in ("110202071234", "62220000999"))
    text = "title: 核对\nread: [general]\nclear: [general]\noutcomes: [{id: ok, label: 好}]"
    form = Form.parse(text, FORM.catalogue, "forms/check.yaml")

    [section] = render(form, {"banks": [old, new]}, held={"banks": [old]})

    [banks] = [one for one in section["fields"] if one["id"] == "banks"]
    assert [row["account_no"] for row in banks["rows"]] == ["•••• 1234", "62220000999"]
