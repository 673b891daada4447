"""Fictitious names: nothing here belongs to a real person, place or enterprise."""

from __future__ import annotations

from random import Random

from stdnum.cn import uscc

SURNAMES = tuple("王李张刘陈杨赵黄周吴徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡")
GIVEN_FIRST = tuple("建国志明文海春秀玉桂晓永庆红立振双立世长德福瑞雪思雨")
GIVEN_SECOND = tuple("华军平芳英强敏兰波伟辉燕刚霞峰杰涛宁林洁凯莹")
TOWNSHIPS = (
    "河口镇",
    "柳林镇",
    "松岗镇",
    "白桥镇",
    "新站镇",
    "东兴乡",
    "石桥乡",
    "大泉乡",
    "清河乡",
    "红旗乡",
)
TOWNSHIPS_EN = (
    "Hekou",
    "Liulin",
    "Songgang",
    "Baiqiao",
    "Xinzhan",
    "Dongxing",
    "Shiqiao",
    "Daquan",
    "Qinghe",
    "Hongqi",
)
VILLAGE_HEADS = ("前", "后", "东", "西", "南", "北", "大", "小", "新", "老")
VILLAGE_TAILS = ("屯村", "窝棚村", "岗子村", "泡村", "桥村", "店村", "沟村", "甸村")
BRANDS = (
    "兴旺",
    "鑫源",
    "惠民",
    "百顺",
    "福满",
    "盛达",
    "永丰",
    "金穗",
    "绿野",
    "乡味",
    "祥和",
    "老味道",
    "吉顺",
    "宏发",
    "万家",
    "家和",
    "丰泽",
    "顺心",
    "同福",
    "喜来",
    "长青",
    "富康",
    "正和",
    "天成",
)
TRADES = {
    "food_production": ("食品厂", "豆制品厂", "粮油加工厂", "糕点厂"),
    "food_workshop": ("豆腐坊", "糕点作坊", "榨油坊", "粉条作坊"),
    "food_sale": ("超市", "食品店", "副食商店", "生活超市"),
    "catering": ("饭店", "小吃部", "餐馆", "烧烤店"),
    "school_canteen": ("中心小学食堂", "中学食堂", "幼儿园食堂"),
    "stall": ("早点摊", "熟食摊", "凉皮摊"),
    "market": ("农贸市场", "集贸市场"),
    "drug_retail": ("大药房", "药店"),
    "drug_use": ("诊所", "卫生室"),
    "industrial_product": ("农机配件厂", "塑料制品厂", "建材厂"),
    "farm_crop": ("蔬菜种植合作社", "水稻种植合作社"),
    "farm_livestock": ("养殖场", "生猪养殖合作社"),
}
WEIGHTS = {
    "food_production": 5,
    "food_workshop": 9,
    "food_sale": 34,
    "catering": 24,
    "school_canteen": 3,
    "stall": 5,
    "market": 1,
    "drug_retail": 5,
    "drug_use": 3,
    "industrial_product": 3,
    "farm_crop": 4,
    "farm_livestock": 4,
}
KINDS = {
    "food_production": "company",
    "food_workshop": "workshop",
    "food_sale": "individual",
    "catering": "individual",
    "school_canteen": "institution",
    "stall": "stall",
    "market": "company",
    "drug_retail": "company",
    "drug_use": "institution",
    "industrial_product": "company",
    "farm_crop": "cooperative",
    "farm_livestock": "farm",
}
WITHOUT_CODE = {"stall", "farm"}
FOODS = (
    "豇豆",
    "韭菜",
    "芹菜",
    "姜",
    "鸡蛋",
    "鲫鱼",
    "挂面",
    "豆腐干",
    "糕点",
    "散装白酒",
    "油条",
    "香蕉",
)
FAILURES = (
    ("噻虫胺", "0.6mg/kg", "≤0.2mg/kg"),
    ("灭蝇胺", "1.4mg/kg", "≤0.5mg/kg"),
    ("恩诺沙星", "320μg/kg", "≤100μg/kg"),
    ("镉(以Cd计)", "0.09mg/kg", "≤0.05mg/kg"),
    ("脱氢乙酸及其钠盐", "0.6g/kg", "不得使用"),
    ("过氧化值(以脂肪计)", "0.41g/100g", "≤0.25g/100g"),
    ("铝的残留量(干样品,以Al计)", "264mg/kg", "≤100mg/kg"),
)
PROBLEMS = (
    "原料库房无防鼠设施，地面积水。",
    "从业人员健康证明过期。",
    "进货查验记录不全，部分供货商资质未留存。",
    "生熟食品混放。",
    "餐饮具消毒记录缺失。",
    "货架上有过期食品。",
    "处方药未凭处方销售。",
    "冷藏设备温度显示异常。",
    "食品标签未标注生产日期。",
    "消防通道堆放原料。",
)
REQUIREMENTS = (
    "加装防鼠板，清理积水。",
    "组织体检并更换健康证明。",
    "补齐供货商资质和进货查验记录。",
    "分区分类存放，张贴标识。",
    "按规定消毒并记录。",
    "下架并销毁过期食品，每日自查。",
)
DIRECTIVES = (
    "排查辖区校园周边食品经营单位",
    "报送春节前重点食品检查情况",
    "核查农村集体聚餐备案情况",
    "上报小作坊登记进度",
    "督促冷链企业开展自查",
    "反馈群众反映集贸市场卫生问题",
    "开展药品零售企业处方药销售检查",
    "整理季度质量安全分析材料",
)


def person(random: Random) -> str:
    """A name of two or three characters."""
    given = random.choice(GIVEN_FIRST) + (
        random.choice(GIVEN_SECOND) if random.random() < 0.8 else ""
    )
    return random.choice(SURNAMES) + given


def code(random: Random, county: str, serial: int) -> str:
    """A unified social credit code with a right check digit and a made-up registration."""
    body = f"{random.choice('19')}{random.choice('123')}{county}{serial:09d}"[:17]
    return body + str(uscc.calc_check_digit(body))


def operator(random: Random, town: str, business: str) -> str:
    """A trade name such as 河口兴旺豆制品厂."""
    place = town[:2]
    return f"{place}{random.choice(BRANDS)}{random.choice(TRADES[business])}"
