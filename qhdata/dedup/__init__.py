"""Which documents repeat others. Numbers count: two quarters of one template are not duplicates.

A dedup rule is one module and one line here; a recipe may also name a class by its import string.
"""

DEDUP = {  # name in a recipe -> class; imported on first use
    "exact": "qhdata.dedup.exact:Exact",
    "minhash": "qhdata.dedup.minhash:MinHash",
    "paragraphs": "qhdata.dedup.paragraphs:Paragraphs",
    "amendments": "qhdata.dedup.amendments:Amendments",
}
