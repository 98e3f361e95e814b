"""Other people's formats: name in a command -> writer; imported on first use."""

FORMATS = {
    "jsonl": "qhdata.export.files:JsonLines",
    "parquet": "qhdata.export.files:OneParquet",
    "hf": "qhdata.export.files:HuggingFace",
    "edgar-corpus": "qhdata.export.edgar_corpus:EdgarCorpus",
}
