"""The customers of the demonstration: made-up firms with valid numbers, and complete forms about them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from stdnum.cn import uscc
from stdnum.iso7064 import mod_11_10

# name, region code, city, industry, street, postcode, legal representative
FIRMS = (
    ("苏州恒川精密机械有限公司", "320500", "苏州市", "C", "工业园区金鸡湖大道 1355 号", "215021", "沈建国"),
    ("无锡新联机电有限公司", "320200", "无锡市", "C", "新吴区长江路 28 号", "214028", "陆惠芳"),
    ("杭州启明新材料有限公司", "330100", "杭州市", "C", "滨江区江南大道 588 号", "310052", "赵文涛"),
    ("宁波东港物流有限公司", "330200", "宁波市", "G", "北仑区进港西路 66 号", "315800", "徐斌"),
    ("南京宏瑞电气股份有限公司", "320100", "南京市", "C", "江宁区天元东路 9 号", "211100", "王启明"),
    ("厦门海拓供应链管理有限公司", "350200", "厦门市", "L", "湖里区高崎南五路 210 号", "361006", "林志远"),
    ("佛山南粤建材有限公司", "440600", "佛山市", "F", "南海区桂澜北路 2 号", "528200", "梁国强"),
    ("广州立信贸易有限公司", "440100", "广州市", "F", "天河区体育西路 111 号", "510620", "黄丽华"),
    ("深圳市宏达电子科技股份有限公司", "440300", "深圳市", "C", "南山区科技南十二路 18 号", "518057", "周海涛"),
    ("东莞市锐进自动化设备有限公司", "441900", "东莞市", "C", "松山湖高新区工业北一路 5 号", "523808", "何志伟"),
    ("青岛海新橡胶制品有限公司", "370200", "青岛市", "C", "城阳区春阳路 88 号", "266109", "孙立军"),
    ("成都天府食品配料有限公司", "510100", "成都市", "C", "双流区空港四路 2366 号", "610200", "张静"),
    ("武汉楚天仪表有限公司", "420100", "武汉市", "C", "东湖新技术开发区光谷大道 77 号", "430074", "刘振华"),
    ("长沙湘源水务设备有限公司", "430100", "长沙市", "C", "岳麓区麓谷大道 627 号", "410205", "彭勇"),
    ("郑州中原轴承有限公司", "410100", "郑州市", "C", "高新区科学大道 100 号", "450001", "郭强"),
    ("合肥科赛软件有限公司", "340100", "合肥市", "I", "高新区望江西路 800 号", "230088", "吴磊"),
    ("西安秦川重型机床有限公司", "610100", "西安市", "C", "未央区凤城八路 16 号", "710018", "董建平"),
    ("重庆渝江汽车零部件有限公司", "500000", "重庆市", "C", "北碚区蔡家岗凤栖路 8 号", "400707", "蒋涛"),
    ("天津津港船务代理有限公司", "120000", "天津市", "G", "滨海新区新港二号路 30 号", "300456", "高翔"),
    ("济南泉城医疗器械有限公司", "370100", "济南市", "F", "历下区经十路 7000 号", "250101", "韩梅"),
    ("沈阳北方铸锻有限公司", "210100", "沈阳市", "C", "铁西区开发大路 12 号", "110141", "马骏"),
    ("昆明滇池园艺有限公司", "530100", "昆明市", "A", "官渡区斗南镇昆洛路 9 号", "650500", "杨帆"),
    ("福州闽海水产有限公司", "350100", "福州市", "F", "马江区亭江东街 20 号", "350015", "陈国栋"),
    ("常州龙城新能源有限公司", "320400", "常州市", "C", "武进区夏城南路 1 号", "213161", "蔡明"),
    ("南通江海纺织有限公司", "320600", "南通市", "C", "崇川区钟秀东路 99 号", "226001", "钱玉兰"),
    ("温州鹿城阀门有限公司", "330300", "温州市", "C", "龙湾区滨海一道 1688 号", "325024", "潘建华"),
    ("绍兴越城染整有限公司", "330600", "绍兴市", "C", "越城区斗门街道 6 号", "312000", "俞平"),
    ("珠海横琴云海科技有限公司", "440400", "珠海市", "I", "横琴新区环岛东路 1889 号", "519031", "方圆"),
    ("中山市灯都照明有限公司", "442000", "中山市", "C", "古镇镇中兴大道 3 号", "528421", "区志明"),
    ("惠州仲恺光电有限公司", "441300", "惠州市", "C", "仲恺高新区和畅五路 12 号", "516006", "邓伟"),
    ("南昌赣江制药有限公司", "360100", "南昌市", "C", "高新区京东大道 698 号", "330096", "熊敏"),
    ("贵阳黔灵酒业有限公司", "520100", "贵阳市", "C", "观山湖区长岭北路 6 号", "550081", "龙江"),
    ("太原晋阳煤机有限公司", "140100", "太原市", "C", "小店区龙城大街 75 号", "030032", "武刚"),
    ("石家庄冀中化工有限公司", "130100", "石家庄市", "C", "裕华区长江大道 9 号", "050035", "石磊"),
    ("大连湾海洋工程有限公司", "210200", "大连市", "E", "甘井子区大连湾街 20 号", "116113", "曲波"),
    ("海口椰城旅游用品有限公司", "460100", "海口市", "F", "龙华区滨海大道 105 号", "570105", "符海"),
)

SALESPERSON = "郑凯"
COLLEAGUES = ("唐薇", "孙洁", "何俊杰")  # who sell besides the salesperson of a story


@dataclass(frozen=True)
class Firm:
    """A firm and the form that an applicant fills in about it."""

    name: str
    tax_id: str
    form: dict[str, Any]


def firm(index: int, salesperson: str) -> Firm:
    """The firm of a number; numbers beyond the list are its branches-to-be in other cities, with names of their own."""
    name, region, city, industry, street, postcode, representative = FIRMS[index % len(FIRMS)]
    tax_id = number(region, index)
    form = {
        "apply_reason": f"已与{name}签订年度供货合同，需进入 ERP 开单发货。",
        "source_channel": "visit",
        "verified_against": "official",
        "verified_on": "2026-08-03",
        "verified_by": salesperson,
        "account_group": "C001",
        "customer_type": "企业",
        "legal_name": name,
        "tax_id_type": "uscc",
        "tax_id": tax_id,
        "legal_representative": representative,
        "registered_address": f"{city}{street}",
        "short_name": name.removesuffix("有限公司").removesuffix("股份")[-6:],
        "industry_code": industry,
        "country": "CN",
        "region_code": f"{region[:2]}0000",
        "city": city,
        "street_address": street,
        "postcode": postcode,
        "phone": f"021-6288{7000 + index:04d}",
        **_character(index),
        "contacts": _contacts(representative, index),
        "banks": [_account(name, city, index)],
        "sales_organisation": "1000",
        "distribution_channel": "10",
        "division": "01",
        "cooperation_mode": "indirect" if index % 4 == 3 else "direct",
        "sales_currency": "CNY",
        "customer_group": "01",
        "salesperson": (salesperson, *COLLEAGUES)[index % 4],
        "pricing_procedure": "1",
        "shipping_condition": "01",
        "sales_tax_classification": "1",
    }  # fmt: skip
    return Firm(name, tax_id, form)


def _character(index: int) -> dict[str, Any]:
    """What makes firms differ: size, age, capital, and now and then a term of business that is nearly over."""
    return {
        "scale": ("medium", "small", "large", "small", "micro")[index % 5],
        "registered_capital": f"{(index % 7 + 1) * 5_000_000}.00",
        "established_on": f"{1998 + index % 22}-{index % 12 + 1:02d}-{index % 27 + 1:02d}",
        "business_term": "2006-12-31 至 2026-12-31" if index % 11 == 1 else "长期",
        "licence_status": "active",
        "lifecycle": "current",
    }


def _contacts(representative: str, index: int) -> list[dict[str, Any]]:
    """A buyer, and for every other firm somebody in accounts."""
    buyer = {
        "name": representative,
        "role": "purchasing",
        "position": "采购经理",
        "mobile": f"138{12900000 + index * 37:08d}",
    }
    found: list[dict[str, Any]] = [{**buyer, "is_primary": True}]
    if index % 2:
        name = ("李伟", "王敏", "张丽", "刘强", "陈晓")[index % 5]
        found.append(
            {"name": name, "role": "finance", "position": "往来会计", "mobile": f"139{51200000 + index * 53:08d}"}
        )
    return found


def number(region: str, index: int) -> str:
    """A valid unified social credit code of an enterprise registered in that region (GB 32100)."""
    organisation = _organisation(f"MA{index + 1:06d}")
    body = f"91{region}{organisation}"
    return body + uscc.calc_check_digit(body)


def _organisation(body: str) -> str:
    """The organisation code with its own check character (GB 11714)."""
    total = sum(
        weight * (int(char) if char.isdigit() else ord(char) - 55)
        for weight, char in zip((3, 7, 9, 10, 5, 8, 4, 2), body, strict=True)
    )
    return body + "0123456789X"[(11 - total % 11) % 11]


def _account(name: str, city: str, index: int) -> dict[str, Any]:
    body = f"1021{index:07d}"
    return {
        "bank_name": "中国工商银行",
        "branch_name": f"{city}分行",
        "cnaps_code": body + mod_11_10.calc_check_digit(body),
        "account_no": f"6222{80000000 + index * 7919:012d}",
        "account_name": name,
        "account_kind": "基本户",
        "currency": "CNY",
        "is_default": True,
    }


FINANCE_NOTE = "未清往来已核对，冻结后由财务部继续催收"
ACCOUNTING = {
    "company_code": "1000",
    "reconciliation_account": "112200",
    "account_assignment_group": "01",
    "payment_terms": "Z030",
    "credit_limit": "500000",
    "credit_currency": "CNY",
    "credit_control_area": "1000",
    "risk_class": "M",
    "vat_payer_kind": "general",
    "invoice_type": "digital",
}
