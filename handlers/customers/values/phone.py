"""Telephone numbers: E.164 to store, the national form to read, extensions apart."""

import re
from dataclasses import dataclass

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat

from handlers.customers.values.text import Checked, Invalid, require, unify

FIELD = "电话"
_EXAMPLE = "例如 010-65529988、0512-62887710 转 801、13800138000 或 +852 2123 4567"

# 转801, 分机801, ext. 801, x801, #801, ,801 and ;ext=801; a dash only after a full number: 021-12345678-801.
_EXTENSION = re.compile(
    r"(?P<main>.*?)\s*(?:;\s*EXT=|转|轉|分机|EXTENSION|EXT\.?|X|#|,|(?<=\d{7})-)\s*(?P<extension>\d{1,6})$"
)
# Service numbers that no numbering plan library knows: banks and carriers, public hot lines.
_SERVICE = re.compile(r"95\d{3,4}|96\d{3,4}|12\d{3}|100\d{2}")


@dataclass(frozen=True)
class Phone(Checked):
    """A checked number: `value` is E.164 (RFC 3966 `;ext=` for the extension), `display` is for people."""

    display: str = ""


def check_phone(text: str, region: str = "CN") -> Phone:
    """A number that can be dialled, of `region` (ISO 3166) unless it begins with + or 00 (V-08)."""
    require(text, FIELD, f"可拨通的号码，{_EXAMPLE}")
    main, extension = split_extension(text)
    digits = re.sub(r"[\s\-().]", "", main)
    if _SERVICE.fullmatch(digits):
        return _phone(digits, digits, extension)
    number = _parse(digits, region)
    return _phone(phonenumbers.format_number(number, PhoneNumberFormat.E164), _display(number), extension)


def split_extension(text: str) -> tuple[str, str]:
    """The number and its extension ("" when there is none)."""
    whole = unify(text).upper()
    match = _EXTENSION.fullmatch(whole)
    return (match["main"], match["extension"]) if match else (whole, "")


def _phone(value: str, display: str, extension: str) -> Phone:
    if not extension:
        return Phone(value, display=display)
    return Phone(f"{value};ext={extension}", display=f"{display} 转 {extension}")


def _display(number: phonenumbers.PhoneNumber) -> str:
    if number.country_code != 86:
        return phonenumbers.format_number(number, PhoneNumberFormat.INTERNATIONAL)
    national = phonenumbers.format_number(number, PhoneNumberFormat.NATIONAL)
    return national.replace(" ", "-", 1) if national.startswith("0") else national


def _parse(digits: str, region: str) -> phonenumbers.PhoneNumber:
    stray = re.search(r"[^\d+]", digits)
    if stray:
        raise Invalid(f"{FIELD}里有“{stray[0]}”，无法识别；一栏只填一个号码，{_EXAMPLE}。")
    if region == "CN" and re.fullmatch(r"[2-9]\d{6,7}", digits):
        raise Invalid(f"{FIELD}缺少区号；固定电话请写成区号加号码，{_EXAMPLE}。")
    try:
        number = phonenumbers.parse(digits, region)
    except NumberParseException:
        raise Invalid(f"{FIELD}无法识别；请填写完整的号码，{_EXAMPLE}。") from None
    if not phonenumbers.is_valid_number(number):
        raise Invalid(f"{FIELD}的号段或位数不对（去掉符号后 {len(digits)} 位）；请核对，{_EXAMPLE}。")
    return number
