"""Company and person names as they are stored: tidy, complete, plausible."""

import re

from handlers.customers.matching.naming import parse, simplify
from handlers.customers.values.text import HAN, Checked, Invalid, require, unify

ENTERPRISE = "企业"
LONGEST_COMPANY = 120
LONGEST_HAN_PERSON = 20
LONGEST_LATIN_PERSON = 50

_HAN = re.compile(f"[{HAN}]")
_COMPANY_MARKS = frozenset("()·&-+.,'/! #@")
_PERSON = re.compile(f"[{HAN}]+(?:·[{HAN}]+)*")
_LATIN_PERSON = re.compile(r"[^\W\d_]+(?:[ .'·-]+[^\W\d_]+)*\.?")


def check_company_name(text: str, customer_type: str = "") -> Checked:
    """The name without stray spaces, with （） and · as on a licence (V-20); warns about an unusual one."""
    field = "客户名称"
    require(text, field, "营业执照上的全称")
    name = unify(text)
    _require_company_length(name, field)
    _require_company_marks(name, field)
    _require_brackets(name, field)
    if _HAN.search(name):
        name = name.replace("(", "（").replace(")", "）")
    return Checked(name, tuple(_company_warnings(name, customer_type)))


def check_person_name(text: str, field: str = "姓名") -> Checked:
    """A person's name: 2–20 Han characters, · between parts (V-21), or a Latin name as in the passport."""
    require(text, field, " 2–20 个汉字，或护照上的外文姓名")
    name = unify(text)
    limit = LONGEST_HAN_PERSON if _HAN.search(name) else LONGEST_LATIN_PERSON
    if not 2 <= len(name) <= limit:
        raise Invalid(f"{field}应为 2–{limit} 个字符，现填 {len(name)} 个；请按证件填写全名，不要写称呼。")
    if not (_PERSON.fullmatch(name) or _LATIN_PERSON.fullmatch(name)):
        raise Invalid(f"{field}只能是汉字（各节之间用“·”）或外文字母；请按证件填写，不要加职务、数字或符号。")
    return Checked(name)


def _require_company_length(name: str, field: str) -> None:
    least = 4 if _HAN.search(name) else 2
    if len(name) < least:
        raise Invalid(f"{field}只有 {len(name)} 个字符，像是简称；请填写营业执照上的全称（至少 {least} 个字符）。")
    if len(name) > LONGEST_COMPANY:
        raise Invalid(f"{field}有 {len(name)} 个字符，最多 {LONGEST_COMPANY} 个；请只填写名称，不要附地址或说明。")


def _require_company_marks(name: str, field: str) -> None:
    for place, char in enumerate(name, start=1):
        if not (char.isalnum() or char in _COMPANY_MARKS):
            raise Invalid(f"{field}第 {place} 个字符“{char}”不能用在名称里；请对照营业执照更正。")
    if not any(char.isalpha() for char in name):
        raise Invalid(f"{field}里没有文字；请填写营业执照上的全称。")


def _require_brackets(name: str, field: str) -> None:
    opened: list[int] = []
    for place, char in enumerate(name, start=1):
        if char == "(":
            opened.append(place)
        elif char == ")" and not opened:
            raise Invalid(f"{field}第 {place} 个字符“）”没有对应的“（”；请补全或删去括号。")
        elif char == ")":
            opened.pop()
    if opened:
        raise Invalid(f"{field}第 {opened[-1]} 个字符“（”没有对应的“）”；请补全或删去括号。")


def _company_warnings(name: str, customer_type: str) -> list[str]:
    found = []
    parsed = parse(name)
    if customer_type == ENTERPRISE and _HAN.search(name) and not (parsed.form or parsed.branch):
        found.append("客户名称没有组织形式（如“有限公司”“厂”“合伙企业”）；请对照营业执照确认是否为全称。")
    if simplify(name) != name:
        found.append("客户名称含繁体字；境内客户请按营业执照用简体，确为客户自有繁体名称的请在备注说明。")
    return found
