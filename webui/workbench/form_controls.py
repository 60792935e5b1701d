"""The controls that a field, a section and an outcome are edited with, and what was typed as data of the document.

Nothing is judged here: what cannot be a number stays as it was typed, and the reader of the engine names it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import gettext as _

from engine.forms.definition import STYLES
from engine.forms.fields import KINDS, WIDTHS
from engine.operations import Registry
from webui.workbench import form_conditions, form_pairs
from webui.workbench.form_conditions import Fields, condition, plain
from webui.workbench.form_pairs import Posted

Control = dict[str, Any]
Item = Mapping[str, Any]
TEXTS = {"id", "label", "title", "owner", "note", "help", "unit", "text", "decide", "consequence"}
NUMBERS = {"width", "max", "least", "most", "decimals"}
FLAGS = {"integer", "mono", "radio", "fixed", "needs_comment", "skip_validation", "signs"}
CHOICES = {"kind", "source", "suggest", "rows", "without", "style"}
STYLE_WORDS = {"primary": "主要", "danger": "否定", "default": "一般"}
BY = "*by"  # the check is chosen by another field
ELSE = "*"
_LINES = "text textarea"
_NUMBERS = "number money"
_CHOICES = "choice multichoice"
_SINGLE = f"{_LINES} {_NUMBERS} date choice"
FITS: Mapping[str, str] = {  # control → the kinds of field it means something for; every kind when not listed
    "max": f"{_LINES} table attachment search", "least": _NUMBERS, "most": _NUMBERS, "decimals": _NUMBERS,
    "unit": _NUMBERS, "options": _CHOICES, "options_list": _CHOICES, "source": _CHOICES, "without": _CHOICES,
    "integer": _CHOICES, "radio": "choice", "suggest": "text", "mono": _LINES, "check": _SINGLE, "check_by": _SINGLE,
    "check_each": _SINGLE, "check_else": _SINGLE, "sensitive": _LINES, "default": f"{_SINGLE} bool",
    "decide": f"{_SINGLE} multichoice bool", "rows": "table", "text": "static", "column_id": "table",
    "column_label": "table",
}  # fmt: skip


def field_controls(item: Item, registry: Registry, lists: Iterable[str], column: bool, fields: Fields) -> list[Control]:
    """The controls of one field that every kind has; `lists` are the catalogue's lists of options, `fields` those that
    a condition may ask for.
    """
    return [
        _control("id", _("标识"), item.get("id"), width=2, mono=True, required=True, help=_("英文字母、数字和下划线")),
        _control("label", _("名称"), item.get("label"), width=2, required=True),
        _choice("kind", _("种类"), item.get("kind", "text"), KINDS, width=2, required=True),
        _control("help", _("填写提示"), item.get("help"), width=6),
        condition("required", _("必填"), item.get("required"), fields),
        condition("show_when", _("显示"), item.get("show_when"), fields),
        *_of_options(item, registry, lists),
        *_checks(item, registry, fields),
        _choice("suggest", _("输入提示"), item.get("suggest"), _same(registry.suggestions), width=2),
        _choice("sensitive", _("敏感"), "true" if item.get("sensitive") is True else item.get("sensitive"),
                {"true": _("总是"), **_same(registry.sensitive)}, width=2, help=_("加密存放，只显示后四位")),
        _choice("width", _("宽度"), str(item.get("width", "")), {str(one): f"{one} / 6" for one in WIDTHS}, width=2),
        _control("max", _("最多"), item.get("max"), width=2, help=_("字数、行数或附件数")),
        _control("least", _("最小"), item.get("least"), width=2),
        _control("most", _("最大"), item.get("most"), width=2),
        _control("decimals", _("小数位"), item.get("decimals"), width=2),
        _control("unit", _("单位"), item.get("unit"), width=2),
        _control("default", _("默认值"), plain(item.get("default")), width=2),
        _control("decide", _("交给流程图的变量"), item.get("decide"), width=2, mono=True),
        *([] if column else _whole(item, registry)),
        *(_flag(key, label, item) for key, label in _flags(column).items()),
    ]  # fmt: skip


def _of_options(item: Item, registry: Registry, lists: Iterable[str]) -> list[Control]:
    options = item.get("options")
    pairs = [(str(key), str(text)) for key, text in options.items()] if isinstance(options, Mapping) else []
    meant = _("值存进数据，文字给人看；值空着即与文字相同")
    return [
        form_pairs.drawn("options", _("选项"), pairs, (_("值"), _("文字")), help=meant),
        _choice("options_list", _("或选项表"), options, {one: one for one in lists}, width=2,
                help=_("几处共用的选项；选了它，上面逐个写的不用")),
        _choice("source", _("或数据来源"), item.get("source"), _same({*registry.sources, *registry.listings}), width=2),
    ]  # fmt: skip


def _checks(item: Item, registry: Registry, fields: Fields) -> list[Control]:
    """One check for all, or one per value of another field."""
    check, known = item.get("check"), _same(registry.checks)
    by = check if isinstance(check, Mapping) else {}
    pairs = [(str(value), str(name)) for value, name in by.items() if value not in ("by", ELSE)]
    asked = fields.get(str(by.get("by") or ""))
    return [
        _choice("check", _("校验"), BY if by else check, {**known, BY: _("按另一字段选择")}, width=2),
        _choice("check_by", _("按哪个字段"), by.get("by"), {one.id: one.label for one in fields.values()}, width=2),
        _choice("check_else", _("其余的值用"), by.get(ELSE), known, width=2),
        form_pairs.drawn("check_each", _("各值的校验"), pairs, (_("字段的值"), _("校验")), known,
                         offered=form_conditions.values_of(asked) if asked else {}),
    ]  # fmt: skip


def by_kind(controls: Iterable[Control], item: Item) -> dict[str, list[Control]]:
    """The controls every kind has (`always`), those that fit this kind, and the rest, which the page folds away."""
    kind, by = str(item.get("kind") or "text"), isinstance(item.get("check"), Mapping)
    found: dict[str, list[Control]] = {"always": [], "fits": [], "rest": []}
    for one in controls:
        kinds = FITS.get(one["id"])
        chosen = by or not one["id"].startswith("check_")
        place = "always" if kinds is None else "fits" if kind in kinds.split() and chosen else "rest"
        found[place].append(one)
    return found


def _whole(item: Item, registry: Registry) -> list[Control]:
    """What only a field has that is no column."""
    left_out = {"applicant_department": _("申请部门"), "department": _("办理部门")}
    first = [
        _control("column_id", _("第一列的标识"), "", width=2, mono=True, help=_("其余各列在保存以后加")),
        _control("column_label", _("第一列的名称"), "", width=2),
    ]
    return [
        _choice("without", _("选项里去掉"), item.get("without"), left_out, width=2),
        _choice("rows", _("表格的行来自"), item.get("rows"), _same(registry.rows), width=2),
        *([] if item.get("columns") else first),
        _control("text", _("说明文字"), item.get("text"), "textarea", 6),
    ]


def _flags(column: bool) -> dict[str, str]:
    return {"integer": _("选项是编号"), "mono": _("等宽"), "radio": _("画成单选钮")} | (
        {"fixed": _("只显示")} if column else {}
    )


def section_controls(item: Item, fields: Fields) -> list[Control]:
    return [
        _control("id", _("标识"), item.get("id"), width=2, mono=True, required=True),
        _control("title", _("标题"), item.get("title"), width=2, required=True),
        _control("owner", _("由谁填写"), item.get("owner"), width=2),
        _control("note", _("附注"), item.get("note"), width=6),
        condition("show_when", _("显示"), item.get("show_when"), fields),
    ]


def outcome_controls(item: Item, fields: Fields) -> list[Control]:
    """The controls of an outcome; `fields` are those that it may demand."""
    demanded = names(item.get("requires"))
    known = {one.id: one.label for one in fields.values()} | {one: one for one in demanded if one not in fields}
    styles = {one: _(STYLE_WORDS[one]) for one in STYLES}
    flags = {
        "needs_comment": _("须写意见"),
        "skip_validation": _("不要求齐全（退回）"),
        "signs": _("这个结果就是签字"),
    }
    return [
        _control("id", _("标识"), item.get("id"), width=2, mono=True, required=True, help=_("流程图的条件用它")),
        _control("label", _("按钮上的文字"), item.get("label"), width=2, required=True),
        _choice("style", _("样式"), item.get("style", "default"), styles, width=2, required=True),
        _control("consequence", _("对时限的影响"), item.get("consequence"), "textarea", 6),
        _choice("requires", _("须填的字段"), "", known, width=6) | {"kind": "multichoice", "value": demanded},
        *(_flag(key, label, item) for key, label in flags.items()),
    ]


# --- what was typed ---------------------------------------------------------------------------------------------


def typed_item(posted: Posted, old: Item, fields: Fields) -> dict[str, Any]:
    """The item as data: keys in their old order, what was left empty taken out; keys without a control stay."""
    new = dict(old)
    for key in posted:
        if key in TEXTS | CHOICES:
            _set(new, key, posted[key].strip())
        elif key in NUMBERS:
            _set(new, key, _number(posted[key]))
    for key in FLAGS & (posted.keys() | {key.removeprefix("has-") for key in posted}):
        _set(new, key, posted.get(key) == "1")
    for key, usual in (("kind", "text"), ("style", "default")):
        if new.get(key) == usual and key not in old:
            del new[key]
    for key, name in form_conditions.NAMES.items():
        if f"{name}_mode" in posted:
            _set(new, key, form_conditions.typed(posted, key, old.get(key), fields))
    if "options-key" in posted or "options_list" in posted:
        listed = posted.get("options_list", "")
        _set(new, "options", listed or form_pairs.mapping(rows(posted, "options")))
    if "default" in posted:
        _set(new, "default", _typed_default(posted["default"].strip(), old.get("default"), new.get("kind", "text")))
    if "check" in posted:
        _set(new, "check", _typed_check(posted) if posted["check"] == BY else posted["check"])
    if "sensitive" in posted:
        _set(new, "sensitive", True if posted["sensitive"] == "true" else posted["sensitive"])
    if "has-requires" in posted and set(posted.getlist("requires")) != set(names(old.get("requires"))):
        _set(new, "requires", posted.getlist("requires"))
    if new.get("kind") == "table" and not new.get("columns") and posted.get("column_id"):
        new["columns"] = [{"id": posted["column_id"].strip(), "label": posted.get("column_label", "").strip()}]
    return new


def rows(posted: Posted, name: str) -> list[form_pairs.Pair]:
    """The rows of a list, moved as its buttons say."""
    return form_pairs.shifted(posted, name, form_pairs.typed(posted, name))


def twice(posted: Posted) -> str:
    """What keeps the lists from being data, in words; empty when nothing does."""
    found = [one for name in ("options", "check_each") for one in form_pairs.twice(rows(posted, name))]
    return _("值 %(values)s 写了两次；每个值只写一行，请删去或改正其中一行。", values="、".join(found)) if found else ""


def _typed_check(posted: Posted) -> dict[str, str]:
    other = {ELSE: posted["check_else"]} if posted.get("check_else") else {}
    return {"by": posted.get("check_by", ""), **form_pairs.mapping(rows(posted, "check_each")), **other}


def _set(item: dict[str, Any], key: str, value: Any) -> None:
    if value in ("", None, []) or value is False or value == {}:
        item.pop(key, None)
    else:
        item[key] = value


def _number(text: str) -> int | str:
    text = text.strip()
    return int(text) if re.fullmatch(r"-?\d{1,12}", text) else text


def _typed_default(text: str, old: Any, kind: str) -> Any:
    if text == plain(old):
        return old
    if kind == "bool":
        return {"true": True}.get(text, text)
    return _number(text) if kind == "number" else text


# --- controls ---------------------------------------------------------------------------------------------------


def _control(name: str, label: str, value: Any, kind: str = "text", width: int = 3, **more: Any) -> Control:
    return {"id": name, "name": name, "label": label, "kind": kind, "value": "" if value is None else value,
            "width": width, "options": [], **more}  # fmt: skip


def _choice(name: str, label: str, value: Any, choices: Mapping[str, str], **more: Any) -> Control:
    known = {**choices, value: value} if isinstance(value, str) and value and value not in choices else choices
    options = [{"value": key, "label": text} for key, text in known.items()]
    return _control(name, label, value if isinstance(value, str) else "", "choice", **more) | {"options": options}


def _flag(name: str, label: str, item: Item) -> Control:
    return _control(name, label, item.get(name) is True, "bool", 2) | {"flag": True}


def names(value: Any) -> list[str]:
    return value.split() if isinstance(value, str) else [str(one) for one in value or ()]


def _same(names: Iterable[str]) -> dict[str, str]:
    return {one: one for one in sorted(names)}
