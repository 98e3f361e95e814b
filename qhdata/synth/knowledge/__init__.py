"""Restated facts as passages for cpt: name in a recipe -> generator, imported on first use."""

KNOWLEDGE = {
    "statements": "qhdata.synth.knowledge.statements:Statements",
    "questions": "qhdata.synth.knowledge.questions:Questions",
    "told_facts": "qhdata.synth.knowledge.told_facts:ToldFacts",
    "definitions": "qhdata.synth.knowledge.definitions:Definitions",
    "exam_statements": "qhdata.synth.knowledge.exam_statements:ExamStatements",
    "worked": "qhdata.synth.knowledge.worked:Worked",
}
