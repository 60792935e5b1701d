"""联行号 (CNAPS) and bank account numbers."""

import re

from stdnum import bic, iban, luhn
from stdnum.iso7064 import mod_11_10

from handlers.customers.values.text import Checked, Invalid, compact, require_digits, require_length

PERSONAL_CARD, FOREIGN = "个人卡", "境外账户"


def check_cnaps(text: str) -> Checked:
    """The 12 digits of a 联行号; the last is an ISO 7064 MOD 11,10 check digit (V-12)."""
    field, paper = "联行号", "开户许可证或银行回单"
    code = compact(text, field, " 12 位数字")
    require_digits(code, field, paper)
    require_length(code, 12, field, paper)
    right = mod_11_10.calc_check_digit(code[:11])
    if code[11] != right:
        raise Invalid(f"{field}第 12 位校验位应为 {right}，现填 {code[11]}；请对照{paper}核对，可能是第 1–11 位有误。")
    return Checked(code)


def check_account(text: str, kind: str) -> Checked:
    """An account number; only a personal card (`kind` 个人卡) has a Luhn check digit (V-11).

    Messages never repeat the number: it is sensitive.
    """
    if kind == PERSONAL_CARD:
        return _check_card(text)
    field, paper = "银行账号", "开户许可证"
    code = compact(text, field, " 5–32 位数字")
    require_digits(code, field, paper)
    if not 5 <= len(code) <= 32:
        raise Invalid(f"{field}应为 5–32 位，现填 {len(code)} 位；请对照{paper}更正。")
    return Checked(code)


def check_foreign(text: str) -> Checked:
    """An account abroad: an IBAN with its check digits, or 5–34 letters and digits where there is none (V-13)."""
    field = "境外账号"
    code = compact(text, field, " IBAN 或 5–34 位字母和数字")
    if re.fullmatch(r"[A-Z]{2}\d{2}[0-9A-Z]{10,30}", code):
        if not iban.is_valid(code):
            raise Invalid(f"{field}像 IBAN，但校验位不符；请对照银行函件逐位核对。")
    elif not re.fullmatch(r"[0-9A-Z]{5,34}", code):
        raise Invalid(f"{field}应为 IBAN，或 5–34 位字母和数字；请对照银行函件更正。")
    return Checked(code)


def check_swift(text: str) -> Checked:
    """A BIC of 8 or 11 characters (ISO 9362)."""
    code = compact(text, "SWIFT", " 8 或 11 位")
    if not bic.is_valid(code):
        raise Invalid("SWIFT 应为 8 或 11 位：银行 4 位字母、国家 2 位字母、地点 2 位、分行 3 位；请对照银行函件更正。")
    return Checked(code)


def _check_card(text: str) -> Checked:
    field = "个人银行卡号"
    code = compact(text, field, " 16–19 位数字")
    require_digits(code, field, "银行卡")
    if not 16 <= len(code) <= 19:
        raise Invalid(f"{field}应为 16–19 位，现填 {len(code)} 位；请对照银行卡更正。")
    if not luhn.is_valid(code):
        raise Invalid(f"{field}的校验位不符，有一位填错或两位颠倒；请对照银行卡逐位核对。")
    return Checked(code)
