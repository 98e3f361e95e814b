"""Instructions with answers for sft: name in a recipe -> generator, imported on first use."""

INSTRUCT = {
    "extract_value": "qhdata.synth.instruct.extract_value:ExtractValue",
    "row_trend": "qhdata.synth.instruct.row_trend:RowTrend",
    "rows_as_json": "qhdata.synth.instruct.rows_as_json:RowsAsJson",
    "refuse_absent": "qhdata.synth.instruct.refuse_absent:RefuseAbsent",
    "name_form": "qhdata.synth.instruct.name_form:NameForm",
    "section_topic": "qhdata.synth.instruct.section_topic:SectionTopic",
}
