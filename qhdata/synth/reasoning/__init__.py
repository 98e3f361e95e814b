"""Numeric problems from figures of one or two filings: name in a recipe -> generator, imported on
first use.
"""

REASONING = {
    "lookup": "qhdata.synth.reasoning.lookup:Lookup",
    "difference": "qhdata.synth.reasoning.difference:Difference",
    "growth": "qhdata.synth.reasoning.growth:Growth",
    "total": "qhdata.synth.reasoning.total:Total",
    "larger": "qhdata.synth.reasoning.larger:Larger",
    "share": "qhdata.synth.reasoning.share:Share",
    "formula": "qhdata.synth.reasoning.formula:FormulaOfFigure",
    "across": "qhdata.synth.reasoning.across:RatioAcross",
    "ratio": "qhdata.synth.reasoning.ratio:RatioOfPeriod",
    "margin_change": "qhdata.synth.reasoning.margin_change:MarginChange",
    "average": "qhdata.synth.reasoning.average:Average",
    "restated": "qhdata.synth.reasoning.restated:Restated",
}
