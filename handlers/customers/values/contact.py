"""Postcode and e-mail address."""

import re

from email_validator import EmailNotValidError, validate_email

from handlers.customers.values.text import Checked, Invalid, compact, require, require_digits, require_length, unify

# The first two digits of a postcode, by province.
_POSTCODES = {
    "北京": "10", "上海": "20", "天津": "30", "重庆": "40", "内蒙古": "01 02", "山西": "03 04",
    "河北": "05 06 07", "辽宁": "11 12", "吉林": "13", "黑龙江": "15 16", "江苏": "21 22", "安徽": "23 24",
    "山东": "25 26 27", "浙江": "31 32", "江西": "33 34", "福建": "35 36", "湖南": "41 42", "湖北": "43 44",
    "河南": "45 46 47", "广东": "51 52", "广西": "53 54", "贵州": "55 56", "海南": "57",
    "四川": "61 62 63 64", "云南": "65 66 67", "陕西": "71 72", "甘肃": "73 74", "宁夏": "75",
    "青海": "81", "新疆": "83 84", "西藏": "85 86", "香港": "99", "澳门": "99", "台湾": "99",
}  # fmt: skip


def check_postcode(text: str, province: str = "") -> Checked:
    """Six digits; warns when they do not belong to `province`, given by its short name (V-09)."""
    field, paper = "邮政编码", "地址"
    code = compact(text, field, " 6 位数字")
    require_digits(code, field, paper)
    require_length(code, 6, field, paper)
    expected = _POSTCODES.get(province, "").split()
    if expected and code[:2] not in expected:
        return Checked(code, (f"邮政编码 {code} 不属于{province}（应以 {'、'.join(expected)} 开头）；请核对。",))
    return Checked(code)


def check_email(text: str) -> Checked:
    """A well-formed address, the domain in lower case; nothing is asked of the network (V-10)."""
    require(text, "电子邮箱", "形如 zhang@example.com 的地址")
    address = re.sub(r"^<|>$", "", unify(text))
    try:
        return Checked(validate_email(address, check_deliverability=False).normalized)
    except EmailNotValidError:
        raise Invalid(f"电子邮箱{_fault(address)}；应形如 zhang@example.com，请核对。") from None


def _fault(address: str) -> str:
    local, at, domain = address.rpartition("@")
    if not at:
        return "缺少“@”"
    if "@" in local:
        return "有不止一个“@”，一栏只填一个地址"
    if " " in address:
        return "中间有空格"
    if not local:
        return "“@”前没有用户名"
    if "." not in domain:
        return f"“@”后的“{domain}”不是完整的域名"
    return "含有不允许的字符，或域名不能用于邮件"
