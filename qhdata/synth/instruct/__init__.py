"""Instructions with answers for sft: name in a recipe -> generator, imported on first use."""

INSTRUCT = {
    "extract_value": "qhdata.synth.instruct.extract_value:ExtractValue",
    "row_trend": "qhdata.synth.instruct.row_trend:RowTrend",
    "rows_as_json": "qhdata.synth.instruct.rows_as_json:RowsAsJson",
    "refuse_absent": "qhdata.synth.instruct.refuse_absent:RefuseAbsent",
    "name_form": "qhdata.synth.instruct.name_form:NameForm",
    "section_topic": "qhdata.synth.instruct.section_topic:SectionTopic",
    "calculation": "qhdata.synth.instruct.calculation:Calculation",
    "explain_ratio": "qhdata.synth.instruct.explain_ratio:ExplainRatio",
    "convert_unit": "qhdata.synth.instruct.convert_unit:ConvertUnit",
    "check_claim": "qhdata.synth.instruct.check_claim:CheckClaim",
    "filing_deadline": "qhdata.synth.instruct.filing_deadline:FilingDeadline",
    "define_term": "qhdata.synth.instruct.define_term:DefineTerm",
    "news_digest": "qhdata.synth.instruct.digest:NewsDigest",
    "item_summary": "qhdata.synth.instruct.digest:ItemSummary",
    "label_product": "qhdata.synth.instruct.label_product:LabelProduct",
}
