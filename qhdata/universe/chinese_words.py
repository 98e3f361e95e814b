"""Words of Chinese annual reports: sections, statement lines over keys of the books, clauses."""

from __future__ import annotations

TRADE = ("食品", "机械", "水务", "软件", "包装", "传感")
BALANCE = (
    ("流动资产：", ()),
    ("货币资金", ("cash",)),
    ("应收账款", ("receivables",)),
    ("存货", ("inventory",)),
    ("其他流动资产", ("other_current",)),
    ("流动资产合计", ("cash", "receivables", "inventory", "other_current")),
    ("非流动资产：", ()),
    ("固定资产", ("property",)),
    ("商誉", ("goodwill",)),
    ("其他非流动资产", ("other_assets",)),
    (
        "资产总计",
        (
            "cash",
            "receivables",
            "inventory",
            "other_current",
            "property",
            "goodwill",
            "other_assets",
        ),
    ),
    ("流动负债：", ()),
    ("应付账款", ("payables",)),
    ("应付职工薪酬及其他", ("accrued",)),
    ("合同负债", ("deferred",)),
    ("一年内到期的非流动负债", ("debt_current",)),
    ("长期借款", ("debt_long",)),
    ("其他非流动负债", ("other_liabilities",)),
    (
        "负债合计",
        ("payables", "accrued", "deferred", "debt_current", "debt_long", "other_liabilities"),
    ),
    ("所有者权益：", ()),
    ("股本及资本公积", ("paid_in",)),
    ("未分配利润", ("retained",)),
    ("所有者权益合计", ("paid_in", "retained")),
    (
        "负债和所有者权益总计",
        (
            "payables",
            "accrued",
            "deferred",
            "debt_current",
            "debt_long",
            "other_liabilities",
            "paid_in",
            "retained",
        ),
    ),
)
INCOME = (
    ("一、营业总收入", ("revenue",)),
    ("二、营业总成本", ("total_costs",)),
    ("其中：营业成本", ("cost",)),
    ("研发费用", ("research",)),
    ("销售及管理费用", ("overhead",)),
    ("折旧与摊销", ("depreciation",)),
    ("财务费用", ("interest",)),
    ("加：其他收益", ("other_income",)),
    ("三、利润总额", ("pretax",)),
    ("减：所得税费用", ("tax",)),
    ("四、净利润", ("net_income",)),
)
SECTIONS = (
    "重要提示、目录和释义",
    "公司简介和主要财务指标",
    "管理层讨论与分析",
    "公司治理",
    "环境和社会责任",
    "重要事项",
    "股份变动及股东情况",
    "优先股相关情况",
    "债券相关情况",
    "财务报告",
)
CLAUSES = (
    "报告期内，公司[严格|认真]按照有关法律法规的要求[规范运作|履行义务]，未发生[重大变化|重大诉讼、仲裁事项]。",
    "公司股东大会、董事会、监事会的[召集、召开|运作]符合公司章程的规定，决议[合法有效|均已执行]。",
    "公司建立了[较为完善|健全]的内部控制制度，并[每年|定期]对其有效性进行评价，未发现重大缺陷。",
    "公司[重视|关注]环境保护工作，生产过程中产生的废水、废气[均经处理后排放|达到排放标准]。",
    "公司与控股股东在人员、资产、机构、业务方面[相互独立|完全分开]，具有自主经营的能力。",
    "报告期内公司[未发生|不存在]控股股东非经营性占用资金的情况，也[未为|没有为]关联方提供担保。",
    "公司[通过|利用]电话、网络平台等方式与投资者保持沟通，[及时|准确]披露有关信息。",
    "公司[持续|不断]加强安全生产管理，全年[未发生|没有]较大及以上安全事故。",
    "公司员工薪酬由基本工资与绩效奖金组成，并[组织|开展]了多次技能培训。",
    "公司聘请的会计师事务所[已连续服务三年|本年度未发生变更]，出具了标准无保留意见的审计报告。",
)
NUMERALS = "一二三四五六七八九十"
