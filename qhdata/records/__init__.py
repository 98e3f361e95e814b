"""The nouns of the project, one frozen dataclass each; a record is data: no I/O, no behaviour."""

from qhdata.records.base import (
    DecimalText,
    JsonText,
    Rows,
    Source,
    Span,
    arrow_schema,
    as_dict,
    concat,
    from_batch,
    from_dict,
    json_schema,
    json_text,
    to_batch,
)
from qhdata.records.calculation import Calculation
from qhdata.records.decision import Amendment, ClusterRow, Decision, DocSplit, Quarantined, SplitRow
from qhdata.records.document import Document, Extraction, Section
from qhdata.records.example import Example, Message, Pair, ToolCall
from qhdata.records.fact import Fact
from qhdata.records.filing import (
    Filer,
    FileRow,
    Filing,
    FormerName,
    Header,
    RawDocument,
    SourceFile,
)
from qhdata.records.lineage import Lineage, Taught
from qhdata.records.table import Cell, Table
from qhdata.records.tag import Edit, Tag
from qhdata.records.task import Criterion, Gold, Task, Tolerance
from qhdata.records.trajectory import Trajectory
from qhdata.records.verdict import Part, Score, Verdict

__all__ = [
    "Amendment",
    "Calculation",
    "Cell",
    "ClusterRow",
    "Criterion",
    "DecimalText",
    "Decision",
    "DocSplit",
    "Document",
    "Edit",
    "Example",
    "Extraction",
    "Fact",
    "FileRow",
    "Filer",
    "Filing",
    "FormerName",
    "Gold",
    "Header",
    "JsonText",
    "Lineage",
    "Message",
    "Pair",
    "Part",
    "Quarantined",
    "RawDocument",
    "Rows",
    "Score",
    "Section",
    "Source",
    "SourceFile",
    "Span",
    "SplitRow",
    "Table",
    "Tag",
    "Task",
    "Taught",
    "Tolerance",
    "ToolCall",
    "Trajectory",
    "Verdict",
    "arrow_schema",
    "as_dict",
    "concat",
    "from_batch",
    "from_dict",
    "json_schema",
    "json_text",
    "to_batch",
]  # fmt: skip
