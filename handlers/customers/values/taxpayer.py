"""纳税人识别号 in every form still met (SAT announcement 2015 No. 66), and the key that decides identity."""

import re
from typing import NamedTuple

from handlers.customers.values.resident_id import check_resident_id
from handlers.customers.values.text import Checked, Invalid, compact
from handlers.customers.values.uscc import check_uscc, organisation_check_character, organisation_code

FIELD = "纳税人识别号"

_LEGACY = re.compile(r"\d{6}[0-9A-Z]{8}[0-9X]")
_LIKE_RESIDENT_ID = re.compile(r"\d{6}(?:19|20)\d{9}[\dX]")
_ASK = "请向客户索取 18 位统一社会信用代码"


class Key(NamedTuple):
    """A normalised number that names one party: its kind (USCC, 身份证 or 旧15位) and the number."""

    kind: str
    value: str

    @property
    def organisation_code(self) -> str | None:
        """The organisation code both a legacy number and its later USCC contain; None for persons."""
        if self.kind == "USCC":
            return organisation_code(self.value)
        return self.value[6:] if self.kind == "旧15位" else None


def check_taxpayer_number(text: str) -> Checked:
    """A USCC, or with a warning one of the older or temporary forms (V-07)."""
    code = compact(text, FIELD, "统一社会信用代码或旧税号")
    if len(code) == 15:
        return _check_legacy(code)
    if code.startswith("L"):
        inner = _check_eighteen(code[1:])
        return Checked("L" + inner.value, (*inner.warnings, f"“L”开头是临时纳税人识别号；{_ASK}。"))
    if len(code) == 20 and code[18:].isdigit():
        inner = check_resident_id(code[:18])
        return Checked(inner.value + code[18:], (*inner.warnings, f"这是身份证号加顺序号的旧税号；{_ASK}。"))
    return _check_eighteen(code)


def identity_key(text: str) -> Key | None:
    """The key to compare parties by, None when the text is empty, a placeholder or not valid."""
    try:
        code = check_taxpayer_number(text).value
    except Invalid:
        return None
    if len(code) == 15:
        return Key("旧15位", code) if len(set(code)) > 2 else None
    if len(code) != 18:
        return None
    try:
        return Key("USCC", check_uscc(code).value)
    except Invalid:
        return Key("身份证", code)


def _check_legacy(code: str) -> Checked:
    if not _LEGACY.fullmatch(code):
        raise Invalid(
            f"{FIELD}现填 15 位，旧税号应为 6 位行政区划加 9 位组织机构代码；请对照税务登记证更正，或{_ASK[1:]}。"
        )
    warnings = [f"这是旧版 15 位{FIELD}；{_ASK}。"]
    if organisation_check_character(code[6:14]) != code[14]:
        warnings.append(f"{FIELD}第 15 位与组织机构代码的校验不符；请对照税务登记证确认。")
    return Checked(code, tuple(warnings))


def _check_eighteen(code: str) -> Checked:
    try:
        return check_uscc(code)
    except Invalid:
        if not _LIKE_RESIDENT_ID.fullmatch(code):
            raise
    inner = check_resident_id(code)
    return Checked(inner.value, (*inner.warnings, f"这是身份证号；个体工商户{_ASK}。"))
