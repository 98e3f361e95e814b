"""Tasks with checkable constraints: name in a recipe -> generator, imported on first use."""

GENERAL = {
    "statement_label": "qhdata.synth.general.statement_label:StatementLabel",
    "quote_line": "qhdata.synth.general.quote_line:QuoteLine",
    "quote_sentence": "qhdata.synth.general.quote_sentence:QuoteSentence",
    "stated_or_not": "qhdata.synth.general.stated_or_not:StatedOrNot",
    "short_change": "qhdata.synth.general.short_change:ShortChange",
    "largest_bullets": "qhdata.synth.general.largest_bullets:LargestBullets",
    "open_question": "qhdata.synth.general.open_question:OpenQuestion",
}
