"""What somebody may apply for on a customer's page: procedures about a customer, as its state allows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from engine.definitions import Definition
from engine.people import People
from engine.transactions import Tx
from webui.choices import ICONS
from webui.procedures import about_subjects

# By kind of procedure and status of the customer: what its button says. A frozen customer only accepts being set free.
LABELS: Mapping[str, Mapping[str, str]] = {
    "modify": {"active": "申请修改", "frozen": "申请解冻"},
    "freeze": {"active": "申请冻结"},
}


def label_of(definition: Definition, status: str) -> str | None:
    """What the procedure is called for a customer of this status; None when it does not go with it."""
    kind = definition.model.extensions.get("kind", "")
    return LABELS.get(kind, {"active": definition.name}).get(status)


def actions(tx: Tx, people: People, code: str, status: str) -> list[dict[str, Any]]:
    """Links to the forms of the published procedures this person may begin for this customer; the first stands out."""
    found = []
    for definition in about_subjects(tx, people):
        kind = definition.model.extensions.get("kind", "")
        label = label_of(definition, status)
        if label:
            address = url_for("apply.begin", process=definition.process, customer=code)
            found.append({"label": _(label), "url": address, "icon": ICONS.get(kind, "edit"), "primary": False})
    found.sort(key=lambda one: "modify" not in one["url"])
    if found:
        found[0]["primary"] = True
    return found
