"""The words at the end of a company name: legal forms, branches and trades."""

import re
from collections.abc import Set

# 组织形式 that are stripped, longest first, and the kind each stands for: two spellings, one kind.
FORMS = {
    "集团股份有限公司": "集团股份",
    "集团有限责任公司": "集团有限",
    "控股有限责任公司": "控股有限",
    "控股股份有限公司": "控股股份",
    "集团有限公司": "集团有限",
    "控股有限公司": "控股有限",
    "股份有限公司": "股份",
    "有限责任公司": "有限",
    "有限公司": "有限",
    "股份公司": "股份",
    "集团公司": "集团",
    "集团总公司": "集团",
    "控股公司": "控股",
    "总公司": "",
    "公司": "",
    "集团": "集团",
    "合伙企业(特殊普通合伙)": "合伙",
    "合伙企业(有限合伙)": "合伙",
    "合伙企业(普通合伙)": "合伙",
    "(特殊普通合伙)": "合伙",
    "(有限合伙)": "合伙",
    "(普通合伙)": "合伙",
    "合伙企业": "合伙",
    "个人独资企业": "独资",
}
LATIN_FORMS = (
    "COMPANY LIMITED", "CO LIMITED", "PTE LTD", "PTY LTD", "SDN BHD", "CO LTD", "COMPANY", "CORPORATION",
    "INCORPORATED", "LIMITED", "GMBH", "CORP", "LTD", "LLC", "LLP", "INC", "PLC", "BV", "NV", "AG", "SA",
    "KK",
)  # fmt: skip

# Forms that also say what is done; they stay in the trade.
KEPT_FORMS = (
    "农民专业合作社", "专业合作社", "合作社", "个体工商户", "事务所", "研究院", "研究所", "设计院",
    "出版社", "工作室", "经营部", "门市部", "基金会", "幼儿园", "医院", "学校", "大学", "学院", "中心",
    "协会", "学会", "商会", "银行", "商行", "药房", "农场", "林场", "商店", "酒店", "饭店", "超市",
    "工厂", "厂", "店", "行", "社", "部", "站",
)  # fmt: skip

BRANCHES = (
    "分公司", "分行", "支行", "分店", "分厂", "分所", "分院", "分部", "分理处", "办事处", "代表处",
    "营业部", "项目部",
)  # fmt: skip

# Trades that add nothing: 科技 and 科技发展 may be one firm, 物资 and 物资贸易 are two.
WEAK_TRADES = frozenset(("发展", "实业", "国际", "开发", "企业"))
SYNONYMS = {"商贸": "贸易", "经贸": "贸易", "货运": "运输", "制药": "药业", "餐饮": "饮食", "IT": "信息技术"}

_TRADES = """
科技 技术 信息 信息技术 信息科技 网络 软件 计算机 计算机系统 系统 系统集成 智能 智能科技 数据 数码 数字
通信 通讯 互联网 电信 电子 电子商务 微电子 半导体 集成电路 光电 光伏 光学 电器 电气 电力 电缆 电线 线缆
电池 电机 电源 能源 新能源 石油 石化 石油化工 天然气 燃气 煤炭 煤业 矿业 矿产 钢铁 钢构 钢材 金属 有色金属
冶金 铝业 铜业 材料 新材料 建材 建筑材料 水泥 玻璃 陶瓷 塑料 塑胶 橡胶 化工 化学 精细化工 涂料 油漆 包装
印刷 造纸 纸业 纸品 机械 精密机械 机械制造 机械设备 机电 机床 重工 重型机械 工程机械 设备 仪器 仪表
仪器仪表 模具 五金 轴承 阀门 精密 精工 制造 制品 加工 生产 汽车 汽车销售 汽车零部件 汽车配件 零部件 配件
摩托车 自行车 船舶 造船 航空 航天 飞机 铁路 轨道交通 交通 公路 路桥 港口 港务 物流 运输 货运 货运代理 货代
国际货运代理 快递 速递 仓储 供应链 供应链管理 贸易 商贸 经贸 工贸 国际贸易 进出口 进出口贸易 物资 物资贸易
销售 批发 零售 商业 商务 百货 超市 连锁 购物 商城 市场 采购 建筑 建筑工程 建设 建设工程 建工 工程 工程建设
安装 装饰 装饰工程 装修 装潢 设计 规划 勘察 监理 园林 绿化 景观 市政 房地产 房地产开发 置业 地产 置地 物业
物业管理 物业服务 环保 环境 环境工程 环境科技 水务 水利 水电 供水 供电 热力 净化 节能 检测 检验 认证 计量
医疗 医疗器械 医疗科技 医药 药业 制药 生物 生物科技 生物技术 生物医药 基因 保健 健康 健康管理 养老 美容
化妆品 日化 卫生 食品 饮料 饮食 餐饮 餐饮管理 酒业 啤酒 茶业 粮油 粮食 油脂 乳业 肉类 水产 农业 农业科技
农业发展 农产品 农资 种业 种子 饲料 化肥 肥料 林业 牧业 畜牧 渔业 纺织 纺织品 服装 服饰 制衣 针织 丝绸
印染 皮革 鞋业 箱包 家具 家居 家电 厨具 卫浴 照明 灯饰 玩具 工艺品 珠宝 首饰 黄金 文化 文化传媒 文化传播
文化艺术 传媒 传播 广告 广告传媒 影视 影业 娱乐 体育 旅游 旅行社 国际旅行社 酒店 酒店管理 宾馆 饭店 会展
展览 教育 教育科技 教育咨询 培训 出版 图书 新闻 金融 银行 保险 财产保险 人寿保险 保险经纪 证券 期货 基金
基金管理 信托 租赁 融资租赁 担保 融资担保 小额贷款 典当 投资 投资管理 投资控股 创业投资 股权投资 资产
资产管理 资本 控股 管理 管理咨询 企业管理 企业管理咨询 咨询 服务 技术服务 人力资源 劳务 劳务派遣 家政 保安
律师 会计师 税务师 知识产权 代理 拍卖 评估 招标 策划 发展 实业 国际 开发 企业 工业 产业 产业园 储备 木业
竹业
"""
TRADES = frozenset(_TRADES.split()) | frozenset(KEPT_FORMS) - {"部", "行", "社", "站"}

_LONGEST_TRADE = max(map(len, TRADES))
# A form that has lost a character (有限公) still is that form.
_SLIPPED = {
    form[:at] + form[at + 1 :]: form
    for form in ("有限公司", "有限责任公司", "股份有限公司")
    for at in range(len(form))
    if form[:at] + form[at + 1 :] not in FORMS
}
_SLIPPED |= {f"集团{slipped}": "集团有限公司" for slipped, form in _SLIPPED.items() if form == "有限公司"}
_FORM = re.compile("(?:" + "|".join(map(re.escape, sorted({*FORMS, *_SLIPPED}, key=len, reverse=True))) + ")$")
_LATIN_FORM = re.compile(r"(?<=\S) (?:" + "|".join(LATIN_FORMS) + ")$")


def strip_form(text: str) -> tuple[str, str]:
    """The text without its legal form, and the form ("" when there is none).

    Forms such as 厂 or 事务所 say what is done as well; they are named but stay in the text.
    """
    match = _FORM.search(text) or _LATIN_FORM.search(text)
    if match:
        form = match[0].strip()
        return text[: match.start()], _SLIPPED.get(form, form)
    kept = next((form for form in KEPT_FORMS if text.endswith(form) and len(text) > len(form) + 1), "")
    return text, kept


def split_trades(text: str, trades: Set[str] = TRADES) -> tuple[str, tuple[str, ...]]:
    """What is left of the text when trade words are peeled from its right, and those words in order."""
    words: list[str] = []
    while word := _last_trade(text, trades):
        words.insert(0, word)
        text = text[: -len(word)]
    return text, tuple(words)


def _last_trade(text: str, trades: Set[str]) -> str:
    sizes = range(min(_LONGEST_TRADE, len(text)), 0, -1)
    return next((text[-size:] for size in sizes if text[-size:] in trades), "")
