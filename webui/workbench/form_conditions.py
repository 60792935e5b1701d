"""Conditions on the pages of a form: which field is what, chosen from the fields there are and the values they have."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from engine.forms import Field
from engine.forms.fields import EMPTY

Posted = MultiDict[str, str]
Fields = Mapping[str, Field]  # that a condition may ask for
NAMES = {"required": "required", "show_when": "show"}  # key of the document → name of its controls
IS, NOT, BLANK, FILLED = "is", "not", "blank", "filled"


def condition(key: str, label: str, value: Any, fields: Fields) -> dict[str, Any]:
    """Always, never, or when another field is something."""
    name = NAMES[key]
    when = value if isinstance(value, Mapping) else {}
    said = [plain(one) for one in when.get("values") or when.get("except") or ()]
    known = values_of(fields[when["field"]]) if when.get("field") in fields else {}
    modes = {"no": _("不必填"), "yes": _("必填")} if name == "required" else {"no": _("总是显示")}
    return {
        "id": name,
        "label": label,
        "condition": True,
        "mode": "when" if when else "yes" if value is True else "no",
        "modes": modes | {"when": _("有条件")},
        "field": str(when.get("field") or ""),
        "fields": {one.id: f"{one.label}（{one.id}）" for one in fields.values() if one.kind != "static"},
        "relation": _relation(when, said),
        "relations": {IS: _("是其中之一"), NOT: _("不是其中任何一个"), BLANK: _("空着"), FILLED: _("填写了")},
        "values": [{"value": one, "label": text, "checked": one in said} for one, text in known.items()],
        "other": "、".join(one for one in said if one not in known and one != EMPTY),
    }


def values_of(field: Field) -> dict[str, str]:
    """The values a field can be asked for, with what they are called; none where any text may come."""
    if field.kind == "bool":
        return {"true": _("是"), "false": _("否")}
    return {value: text if value in text else f"{text}（{value}）" for value, text in field.options}


def _relation(when: Mapping[str, Any], said: list[str]) -> str:
    if said == [EMPTY]:
        return FILLED if "except" in when else BLANK
    return NOT if "except" in when else IS


def typed(posted: Posted, key: str, old: Any, fields: Fields) -> Any:
    """The condition as data; what it said before stays as it was written where it means the same."""
    name = NAMES[key]
    if posted[f"{name}_mode"] != "when":
        return posted[f"{name}_mode"] == "yes"
    field, relation = posted.get(f"{name}_field", "").strip(), posted.get(f"{name}_relation", IS)
    other = [part for part in re.split(r"[,，、]\s*|\s+", posted.get(f"{name}_other", "").strip()) if part]
    said = [EMPTY] if relation in (BLANK, FILLED) else [*posted.getlist(f"{name}_value"), *other]
    place = "except" if relation in (NOT, FILLED) else "values"
    was = old if isinstance(old, Mapping) else {}
    if was.get("field") == field and {plain(one) for one in was.get(place) or ()} == set(said):
        return dict(was)
    return {"field": field, place: [_value(one, fields.get(field)) for one in dict.fromkeys(said)]}


def _value(text: str, field: Field | None) -> Any:
    """The value as the field keeps it."""
    if field is None or field.kind == "bool":
        return {"true": True, "false": False}.get(text, text)
    return int(text) if field.integer and re.fullmatch(r"-?\d{1,12}", text) else text


def plain(value: Any) -> str:
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
