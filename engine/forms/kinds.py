"""From what was typed to a typed value, one function per kind; a ValueError carries the Chinese remedy."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from engine.forms.fields import Field, Options, empty

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
_TRUE, _FALSE = {"true", "on", "1", "yes", "是"}, {"", "false", "off", "0", "no", "否"}
_DIGITS = 15  # of money and numbers, before the point


def alike(one: Any, other: Any) -> bool:
    """Whether two values say the same: nothing is nothing, however it is written."""
    return bool(one == other) or (empty(one) and empty(other))


def convert(field: Field, raw: Any, options: Options) -> Any:
    """The typed value of a simple field, None when nothing was filled in; raises ValueError(Chinese text)."""
    return _CONVERT[field.kind](field, raw, options)


def _line(raw: Any) -> str:
    if isinstance(raw, (list, tuple)):
        raw = raw[-1] if raw else ""
    if raw is None or isinstance(raw, bool) or not isinstance(raw, (str, int, Decimal)):
        if raw is None:
            return ""
        raise ValueError("内容不是文字，请重新填写")
    return str(raw)


def _text(field: Field, raw: Any, _: Options) -> str | None:
    text = " ".join(_limited(field, raw).split())
    return text or None


def _textarea(field: Field, raw: Any, _: Options) -> str | None:
    text = _limited(field, raw).replace("\r\n", "\n").replace("\r", "\n").strip()
    return text or None


def _limited(field: Field, raw: Any) -> str:
    text = _line(raw)
    if len(text.strip()) > field.max:
        raise ValueError(f"最多 {field.max} 个字，现有 {len(text.strip())} 个字；请删减")
    if _CONTROL.search(text):
        raise ValueError("含有看不见的控制字符；请删去后重新录入，不要从其他文件直接粘贴")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise ValueError("含有无法保存的字符；请删去后重新录入") from None
    return text


def _number(field: Field, raw: Any, _: Options) -> int | str | None:
    """A whole number as int; money and numbers with decimals as exact decimal text."""
    text = unicodedata.normalize("NFKC", _line(raw)).replace(",", "").replace(" ", "").removeprefix("¥")
    if not text:
        return None
    if not re.fullmatch(r"[+-]?\d{1,40}(\.\d{1,40})?", text):
        raise ValueError("不是数字；请只填数字，如 " + ("50000.00" if field.kind == "money" else "12"))
    number = _bounded(field, text)
    return str(number) if field.decimals else int(number)


def _bounded(field: Field, text: str) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise ValueError("不是数字；请只填数字") from None
    if number.adjusted() >= _DIGITS:
        raise ValueError(f"整数部分最多 {_DIGITS} 位；请核对单位")
    rounded = number.quantize(Decimal(1).scaleb(-field.decimals))
    if rounded != number:
        raise ValueError(f"最多 {field.decimals} 位小数" if field.decimals else "应为整数，不带小数")
    if field.least is not None and number < field.least:
        raise ValueError(f"不得小于 {field.least}")
    if field.most is not None and number > field.most:
        raise ValueError(f"不得大于 {field.most}")
    return rounded + 0  # no negative zero


def _date(field: Field, raw: Any, _: Options) -> str | None:
    text = unicodedata.normalize("NFKC", _line(raw)).strip()
    if not text:
        return None
    found = _DATE.fullmatch(text)
    try:
        return date(*map(int, found.groups())).isoformat() if found else _no_date()
    except ValueError:
        raise ValueError("不是有效日期；请填年-月-日，如 2026-11-24") from None


def _no_date() -> str:
    raise ValueError


def _choice(field: Field, raw: Any, options: Options) -> str | int | None:
    text = _line(raw).strip()
    if not text:
        return None
    if text not in (value for value, _ in options):
        raise ValueError("所选项不在可选范围内；请从列表中重新选择")
    return int(text) if field.integer else text


def _multichoice(field: Field, raw: Any, options: Options) -> list[str | int] | None:
    chosen = {_line(one).strip() for one in (raw if isinstance(raw, (list, tuple)) else [raw])} - {""}
    if chosen - {value for value, _ in options}:
        raise ValueError("所选项不在可选范围内；请从列表中重新选择")
    ordered = [value for value, _ in options if value in chosen]
    return [int(value) if field.integer else value for value in ordered] or None


def _bool(field: Field, raw: Any, _: Options) -> bool:
    text = str(raw).lower() if isinstance(raw, bool) else _line(raw).strip().lower()
    if text in _TRUE | _FALSE:
        return text in _TRUE
    raise ValueError("应为是或否")


def _attachment(field: Field, raw: Any, _: Options) -> list[str] | None:
    ids = list(dict.fromkeys(_line(one) for one in (raw if isinstance(raw, (list, tuple)) else [raw])))
    ids = [one for one in ids if one]
    if len(ids) > field.max:
        raise ValueError(f"最多 {field.max} 个附件；请合并或删去")
    if not all(re.fullmatch(r"[0-9A-Za-z-]{1,36}", one) for one in ids):
        raise ValueError("附件编号有误；请重新上传")
    return ids or None


def _search(field: Field, raw: Any, _: Options) -> dict[str, Any] | None:
    """The evidence of the duplicate search: which searches were made, why each near hit was dismissed."""
    if not isinstance(raw, Mapping):
        return None
    ids = [_line(one) for one in _listed(raw.get("search_ids")) if _line(one)][-field.max :]
    dismissals = raw.get("dismissals")
    kept = {}
    for candidate, why in (dismissals if isinstance(dismissals, Mapping) else {}).items():
        if isinstance(why, Mapping) and _line(why.get("reason")).strip():
            kept[str(candidate)[:80]] = {key: _line(why.get(key)).strip()[:500] for key in ("reason", "evidence")}
    return {"search_ids": ids, "dismissals": kept} if ids or kept else None


def _listed(raw: Any) -> Sequence[Any]:
    return raw if isinstance(raw, (list, tuple)) else [raw]


def _static(field: Field, raw: Any, _: Options) -> None:
    return None


_CONVERT: dict[str, Callable[[Field, Any, Options], Any]] = {
    "text": _text,
    "textarea": _textarea,
    "number": _number,
    "money": _number,
    "date": _date,
    "choice": _choice,
    "multichoice": _multichoice,
    "bool": _bool,
    "attachment": _attachment,
    "search": _search,
    "static": _static,
}
