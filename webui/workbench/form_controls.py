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

Control = dict[str, Any]
Item = Mapping[str, Any]
TEXTS = {"id", "label", "title", "owner", "note", "help", "unit", "text", "decide", "consequence"}
NUMBERS = {"width", "max", "least", "most", "decimals"}
FLAGS = {"integer", "mono", "radio", "fixed", "needs_comment", "skip_validation", "signs"}
CHOICES = {"kind", "source", "suggest", "rows", "without", "style"}
CONDITIONS = {"required": "required", "show_when": "show"}
STYLE_WORDS = {"primary": "主要", "danger": "否定", "default": "一般"}


def field_controls(item: Item, registry: Registry, lists: Iterable[str], column: bool) -> list[Control]:
    """The controls of one field; `lists` are the names of the catalogue's lists of options."""
    sources = sorted({*registry.sources, *registry.listings})
    check = item.get("check")
    return [
        _control("id", _("标识"), item.get("id"), width=2, mono=True, required=True, help=_("英文字母、数字和下划线")),
        _control("label", _("名称"), item.get("label"), width=2, required=True),
        _choice("kind", _("种类"), item.get("kind", "text"), KINDS, width=2, required=True),
        _control("help", _("填写提示"), item.get("help"), width=6),
        *_condition("required", _("必填"), item.get("required")),
        *_condition("show", _("显示"), item.get("show_when")),
        _control("options", _("选项"), _lines(item.get("options")), "textarea", 4, help=_("每行一个：值: 文字")),
        _choice("options_list", _("或选项表"), item.get("options"), {one: one for one in lists}, width=2),
        _choice("source", _("数据来源"), item.get("source"), _same(sources), width=2),
        _choice("suggest", _("输入提示"), item.get("suggest"), _same(registry.suggestions), width=2),
        _choice("check", _("校验"), check if isinstance(check, str) else None, _same(registry.checks), width=2,
                help=_("按另一字段选择的校验在原文里改") if isinstance(check, Mapping) else ""),
        _choice("sensitive", _("敏感"), "true" if item.get("sensitive") is True else item.get("sensitive"),
                {"true": _("总是"), **_same(registry.sensitive)}, width=2, help=_("加密存放，只显示后四位")),
        _choice("width", _("宽度"), str(item.get("width", "")), {str(one): f"{one} / 6" for one in WIDTHS}, width=2),
        _control("max", _("最多"), item.get("max"), width=2, help=_("字数、行数或附件数")),
        _control("least", _("最小"), item.get("least"), width=2),
        _control("most", _("最大"), item.get("most"), width=2),
        _control("decimals", _("小数位"), item.get("decimals"), width=2),
        _control("unit", _("单位"), item.get("unit"), width=2),
        _control("default", _("默认值"), _plain(item.get("default")), width=2),
        _control("decide", _("交给流程图的变量"), item.get("decide"), width=2, mono=True),
        *([] if column else _whole(item, registry)),
        *(_flag(key, label, item) for key, label in _flags(column).items()),
    ]  # fmt: skip


def _whole(item: Item, registry: Registry) -> list[Control]:
    """What only a field has that is no column."""
    left_out = {"applicant_department": _("申请部门"), "department": _("办理部门")}
    return [
        _choice("without", _("选项里去掉"), item.get("without"), left_out, width=2),
        _choice("rows", _("表格的行来自"), item.get("rows"), _same(registry.rows), width=2),
        _control("text", _("说明文字"), item.get("text"), "textarea", 6),
    ]


def _flags(column: bool) -> dict[str, str]:
    return {"integer": _("选项是编号"), "mono": _("等宽"), "radio": _("画成单选钮")} | (
        {"fixed": _("只显示")} if column else {}
    )


def section_controls(item: Item) -> list[Control]:
    return [
        _control("id", _("标识"), item.get("id"), width=2, mono=True, required=True),
        _control("title", _("标题"), item.get("title"), width=2, required=True),
        _control("owner", _("由谁填写"), item.get("owner"), width=2),
        _control("note", _("附注"), item.get("note"), width=6),
        *_condition("show", _("显示"), item.get("show_when")),
    ]


def outcome_controls(item: Item) -> list[Control]:
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
        _control("requires", _("须填的字段"), " ".join(names(item.get("requires"))), width=6, mono=True),
        *(_flag(key, label, item) for key, label in flags.items()),
    ]


# --- what was typed ---------------------------------------------------------------------------------------------


def typed_item(posted: Mapping[str, str], old: Item) -> dict[str, Any]:
    """The item as data: keys in their old order, what was left empty taken out; keys without a control stay."""
    new = dict(old)
    for key in posted:
        if key in TEXTS | CHOICES:
            _set(new, key, posted[key].strip())
        elif key in NUMBERS:
            _set(new, key, _number(posted[key]))
    for key in FLAGS & posted.keys() | {key.removeprefix("has-") for key in posted if key.startswith("has-")}:
        _set(new, key, posted.get(key) == "1")
    if new.get("kind") == "text" and "kind" not in old:
        del new["kind"]
    if new.get("style") == "default" and "style" not in old:
        del new["style"]
    for key, name in CONDITIONS.items():
        if f"{name}_mode" in posted:
            _set(new, key, _typed_condition(posted, name, old.get(key)))
    if "options" in posted:
        _set(new, "options", _typed_options(posted, old.get("options")))
    if "default" in posted:
        _set(new, "default", _typed_default(posted["default"].strip(), old.get("default"), new.get("kind", "text")))
    if "check" in posted and (posted["check"] or not isinstance(old.get("check"), Mapping)):
        _set(new, "check", posted["check"])
    if "sensitive" in posted:
        _set(new, "sensitive", True if posted["sensitive"] == "true" else posted["sensitive"])
    if "requires" in posted and posted["requires"].split() != names(old.get("requires")):
        _set(new, "requires", posted["requires"].split())
    return new


def _set(item: dict[str, Any], key: str, value: Any) -> None:
    if value in ("", None, []) or value is False or value == {}:
        item.pop(key, None)
    else:
        item[key] = value


def _number(text: str) -> int | str:
    text = text.strip()
    return int(text) if re.fullmatch(r"-?\d{1,12}", text) else text


def _typed_condition(posted: Mapping[str, str], name: str, old: Any) -> Any:
    if posted[f"{name}_mode"] != "when":
        return posted[f"{name}_mode"] == "yes"
    values = [part for part in re.split(r"[,，、]\s*|\s+", posted.get(f"{name}_values", "").strip()) if part]
    if isinstance(old, Mapping) and [_plain(one) for one in old.get("values", ())] == values:
        return {**old, "field": posted.get(f"{name}_field", "").strip()}
    typed = [{"true": True, "false": False}.get(one, one) for one in values]
    return {"field": posted.get(f"{name}_field", "").strip(), "values": typed}


def _typed_options(posted: Mapping[str, str], old: Any) -> Any:
    lines = [line.strip() for line in posted["options"].splitlines() if line.strip()]
    if not lines:
        return posted.get("options_list", "")
    pairs = (re.split(r"[:：]\s*", line, maxsplit=1) for line in lines)
    return {pair[0].strip(): pair[-1].strip() for pair in pairs}


def _typed_default(text: str, old: Any, kind: str) -> Any:
    if text == _plain(old):
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


def _condition(name: str, label: str, value: Any) -> list[Control]:
    """Always, never, or when another field has one of some values."""
    mode = "when" if isinstance(value, Mapping) else "yes" if value is True else "no"
    modes = {"no": _("不必填"), "yes": _("必填")} if name == "required" else {"no": _("总是显示")}
    when = value if isinstance(value, Mapping) else {}
    said = "、".join(_plain(one) for one in when.get("values") or ())
    return [
        _choice(f"{name}_mode", label, mode, {**modes, "when": _("有条件")}, width=2, required=True),
        _control(f"{name}_field", _("条件：字段"), when.get("field"), width=2, mono=True),
        _control(f"{name}_values", _("条件：值为"), said, width=2, help=_("几个值用顿号隔开")),
    ]


def _lines(options: Any) -> str:
    return "\n".join(f"{key}: {text}" for key, text in options.items()) if isinstance(options, Mapping) else ""


def names(value: Any) -> list[str]:
    return value.split() if isinstance(value, str) else [str(one) for one in value or ()]


def _same(names: Iterable[str]) -> dict[str, str]:
    return {one: one for one in sorted(names)}


def _plain(value: Any) -> str:
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
