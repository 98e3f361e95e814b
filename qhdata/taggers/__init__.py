"""Document -> tags: a score a label. Tables are never counted by rules made for prose.

A tagger is one module and one line here; a recipe may also name a class by its import string.
"""

TAGGERS = {  # name in a recipe -> class; imported on first use
    "language": "qhdata.taggers.language:Language",
    "doc_length": "qhdata.taggers.doc_length:DocLength",
    "line_shape": "qhdata.taggers.line_shape:LineShape",
    "gopher_prose": "qhdata.taggers.gopher_prose:GopherProse",
    "c4_prose": "qhdata.taggers.c4_prose:C4Prose",
    "fineweb_prose": "qhdata.taggers.fineweb_prose:FinewebProse",
    "table_health": "qhdata.taggers.table_health:TableHealth",
    "finance": "qhdata.taggers.finance:Finance",
    "topic": "qhdata.taggers.topic:Topic",
    "pii": "qhdata.taggers.pii:PII",
    "contamination": "qhdata.taggers.contamination:Contamination",
}
