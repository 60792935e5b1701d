"""居民身份证号: GB 11643-1999.

Only the check character and the birth date decide. The region never refuses: codes are assigned when a person
registers, districts are newer and older than people, and python-stdnum crashes on new ones (330114).
"""

import datetime

from stdnum.cn.ric import calc_check_digit

from handlers.customers.values.text import Checked, Invalid, compact, require_digits, require_length

FIELD = "身份证号"
PAPER = "身份证"
_EARLIEST = datetime.date(1880, 1, 1)

# GB/T 2260 provinces, with 81–83 of the 港澳台居民居住证.
_PROVINCES = (
    "11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71 81 82 83 91"
)


def check_resident_id(text: str, today: datetime.date | None = None) -> Checked:
    """The 18 characters in capitals; with `today`, a birth date in the future is refused (V-05).

    Messages never repeat the number: it is sensitive.
    """
    code = compact(text, FIELD, " 18 位（最后一位可为 X）")
    if len(code) == 15:
        raise Invalid(f"{FIELD}现填 15 位；15 位的第一代身份证已停用，请按现行{PAPER}填写 18 位。")
    require_length(code, 18, FIELD, PAPER)
    require_digits(code.removesuffix("X"), FIELD, PAPER)
    _require_birth_date(code, today)
    right = calc_check_digit(code)
    if code[17] != right:
        raise Invalid(f"{FIELD}第 18 位校验位应为 {right}，现填 {code[17]}；请对照{PAPER}核对，可能是第 1–17 位有误。")
    return Checked(code, tuple(_warnings(code)))


def birth_date(code: str) -> datetime.date:
    """The birth date in positions 7–14; ValueError when there is no such day."""
    return datetime.date(int(code[6:10]), int(code[10:12]), int(code[12:14]))


def _require_birth_date(code: str, today: datetime.date | None) -> None:
    try:
        born = birth_date(code)
    except ValueError:
        raise Invalid(f"{FIELD}第 7–14 位应为出生日期，现填的日期不存在；请对照{PAPER}更正。") from None
    if born < _EARLIEST or (today is not None and born > today):
        raise Invalid(f"{FIELD}第 7–14 位的出生日期不合常理；请对照{PAPER}更正。")


def _warnings(code: str) -> list[str]:
    if code[0] == "9" and code[:2] != "91":
        return [f"{FIELD}首位为 9，像是外国人永久居留身份证；请核对证件类型。"]
    if code[:2] not in _PROVINCES.split():
        return [f"{FIELD}前两位 {code[:2]} 不是现行省级代码；请对照{PAPER}确认。"]
    return []
