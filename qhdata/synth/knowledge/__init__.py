"""Restated facts as passages for cpt: name in a recipe -> generator, imported on first use."""

KNOWLEDGE = {
    "statements": "qhdata.synth.knowledge.statements:Statements",
    "questions": "qhdata.synth.knowledge.questions:Questions",
    "worked": "qhdata.synth.knowledge.worked:Worked",
}
