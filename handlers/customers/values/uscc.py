"""统一社会信用代码: GB 32100-2015 with amendment 1 of 2016.

python-stdnum computes the check character but refuses every code that begins with a letter (N2 village
collectives, Y1 others, A1 armed forces), so the rules are stated here.
"""

from typing import NamedTuple

from stdnum.cn.uscc import calc_check_digit

from handlers.customers.values.text import Checked, Invalid, compact, require_length

FIELD = "统一社会信用代码"
PAPER = "营业执照"
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # without I, O, S, V, Z
AUTHORITIES = "123456789ANY"

# Letters the standard leaves out because they are misread, each with what was probably meant.
_MISREAD = {"I": "1", "O": "0", "S": "5", "V": "U 或 Y", "Z": "2"}


class Category(NamedTuple):
    """What the first two characters say: the kind of body, and our 客户类型 where it follows from it."""

    kind: str
    customer_type: str | None = None


CATEGORIES = {
    "11": Category("机关", "机关"),
    "12": Category("事业单位", "事业单位"),
    "13": Category("编办管理的群众团体", "社团"),
    "19": Category("机构编制其他"),
    "21": Category("外国常驻新闻机构", "境外"),
    "29": Category("外交其他"),
    "31": Category("律师执业机构"),
    "32": Category("公证处"),
    "33": Category("基层法律服务所"),
    "34": Category("司法鉴定机构"),
    "35": Category("仲裁委员会"),
    "39": Category("司法行政其他"),
    "41": Category("外国在华文化中心", "境外"),
    "49": Category("文化其他"),
    "51": Category("社会团体", "社团"),
    "52": Category("民办非企业单位", "社团"),
    "53": Category("基金会", "社团"),
    "59": Category("民政其他"),
    "61": Category("外国旅游部门常驻代表机构", "境外"),
    "62": Category("港澳台旅游部门常驻代表机构", "境外"),
    "69": Category("旅游其他"),
    "71": Category("宗教活动场所", "社团"),
    "72": Category("宗教院校", "社团"),
    "79": Category("宗教其他"),
    "81": Category("基层工会", "社团"),
    "89": Category("工会其他"),
    "91": Category("企业", "企业"),
    "92": Category("个体工商户", "个体工商户"),
    "93": Category("农民专业合作社", "企业"),
    "A1": Category("军队事业单位", "事业单位"),
    "A9": Category("军队其他"),
    "N1": Category("组级集体经济组织"),
    "N2": Category("村级集体经济组织"),
    "N3": Category("乡镇级集体经济组织"),
    "N9": Category("农业其他"),
    "Y1": Category("其他机构"),
}


def check_uscc(text: str) -> Checked:
    """The code in capitals without spaces or hyphens; warns where a person should look twice (V-01…V-03)."""
    code = compact(text, FIELD, " 18 位数字或大写字母")
    _require_no_misread_letters(code)
    if len(code) == 15:
        raise Invalid(
            f"{FIELD}应为 18 位，现填 15 位，像是三证合一前的旧税号；请向客户索取新代码，或把证件类型改为“旧15位”。"
        )
    require_length(code, 18, FIELD, PAPER)
    _require_alphabet(code)
    _require_check_character(code)
    return Checked(code, tuple(_warnings(code)))


def category(code: str) -> Category | None:
    """The registered category of a checked code, None when the standard does not list it (V-02)."""
    return CATEGORIES.get(code[:2])


def organisation_code(code: str) -> str:
    """Positions 9–17 of a checked code: the GB 11714 organisation code."""
    return code[8:17]


def organisation_check_character(body: str) -> str:
    """The ninth character that belongs to the first eight of an organisation code (GB 11714)."""
    weights = (3, 7, 9, 10, 5, 8, 4, 2)
    total = sum(int(char, 36) * weight for char, weight in zip(body, weights, strict=True))
    return "0123456789X0"[11 - total % 11]


def _require_no_misread_letters(code: str) -> None:
    found = [(place, char) for place, char in enumerate(code, start=1) if char in _MISREAD]
    if not found:
        return
    places = "、".join(f"第 {place} 位“{char}”可能是 {_MISREAD[char]}" for place, char in found[:5])
    raise Invalid(f"{FIELD}不使用字母 I、O、S、V、Z：{places}；请对照{PAPER}更正。")


def _require_alphabet(code: str) -> None:
    for place, char in enumerate(code, start=1):
        if char not in ALPHABET:
            raise Invalid(f"{FIELD}第 {place} 位是“{char}”，只能是数字或大写字母；请对照{PAPER}更正。")
    if code[0] not in AUTHORITIES:
        raise Invalid(f"{FIELD}第 1 位（登记管理部门）应为 1–9、A、N 或 Y，现填 {code[0]}；请对照{PAPER}更正。")
    for place, char in enumerate(code[2:8], start=3):
        if not char.isdigit():
            raise Invalid(f"{FIELD}第 {place} 位（第 3–8 位是行政区划代码）应为数字，现填 {char}；请对照{PAPER}更正。")


def _require_check_character(code: str) -> None:
    right = calc_check_digit(code[:17])
    if code[17] != right:
        raise Invalid(f"{FIELD}第 18 位校验位应为 {right}，现填 {code[17]}；请对照{PAPER}核对，可能是第 1–17 位有误。")


def _warnings(code: str) -> list[str]:
    found = []
    if category(code) is None:
        found.append(f"{FIELD}前两位 {code[:2]} 不在国家标准的机构类别中；请对照{PAPER}确认。")
    body = organisation_code(code)
    if organisation_check_character(body[:8]) != body[8]:
        found.append(f"{FIELD}第 17 位与组织机构代码的校验不符；少数旧代码如此，请对照{PAPER}确认。")
    return found
