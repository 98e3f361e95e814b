"""Connected components on Spark, for edges that no driver can hold: large-star and small-star.

After Kiveris et al. 2014, "Connected Components in MapReduce and Beyond". Large-star ties every
larger neighbour of a node to the smallest of its neighbourhood, small-star every smaller one; the
two alternate until nothing changes, O(log^2 n) rounds at worst, and never make more edges. Each
round is written to Parquet, which cuts Spark's lineage: recomputed plans over ids are how others
got components that differ from run to run. No node may be lost on the way; that is checked.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pyarrow as pa

from qhdata.engines.components import COMPONENT_SCHEMA
from qhdata.engines.keyed import EDGE_SCHEMA
from qhdata.engines.spark_keyed import read_paths, signed, viewed
from qhdata.errors import LostRows

MOST_ROUNDS = 100
"""Of both stars; a chain of 2^50 nodes would need fewer."""


def components_on_spark(session: Any, paths: list[str], scratch: Path) -> pa.Table:
    """Edges in Parquet files to (row, cluster), sorted by (cluster, row).

    scratch: a folder for the rounds, removed at the end; on a cluster it must be shared.
    """
    from pyspark.sql import functions as F

    try:
        columns = signed(pa.schema([f for f in EDGE_SCHEMA if f.name in ("a", "b")]))
        found = read_paths(session, paths, columns)
        edges = _kept(
            session,
            found.where("a <> b").select(
                F.greatest("a", "b").alias("v"), F.least("a", "b").alias("u")
            ),
            scratch / "round-000",
        )
        nodes = _nodes(edges)
        for number in range(1, MOST_ROUNDS + 1):
            before = _mark(edges)
            edges = _kept(session, _small(_large(edges)), scratch / f"round-{number:03d}")
            shutil.rmtree(scratch / f"round-{number - 1:03d}", ignore_errors=True)
            if _mark(edges) == before:
                break
        if _nodes(edges) != nodes:
            raise LostRows(
                what=f"{nodes} rows with edges came in, {_nodes(edges)} came out of the components",
                mend="this is a defect: please report it",
            )
        table = edges.select(F.col("v").alias("row"), F.col("u").alias("cluster")).toArrow()
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return _sorted(viewed(table, COMPONENT_SCHEMA))


def _large(edges: Any) -> Any:
    """Every larger neighbour of a node is tied to the least of the node and its neighbours."""
    from pyspark.sql import functions as F

    both = edges.select("v", "u").union(edges.select(F.col("u").alias("v"), F.col("v").alias("u")))
    least = both.groupBy("v").agg(F.least(F.min("u"), F.col("v")).alias("m"))
    return (
        both.join(least, "v")
        .where("u > v")
        .select(F.col("u").alias("v"), F.col("m").alias("u"))
        .where("v <> u")
        .distinct()
    )


def _small(edges: Any) -> Any:
    """Every node and its smaller neighbours are tied to the least of them; edges have u < v."""
    from pyspark.sql import functions as F

    least = edges.groupBy("v").agg(F.min("u").alias("m"))
    down = edges.join(least, "v").select(F.col("u").alias("v"), F.col("m").alias("u"))
    own = least.select("v", F.col("m").alias("u"))
    return down.where("v <> u").union(own).distinct()


def _kept(session: Any, edges: Any, path: Path) -> Any:
    edges.write.mode("overwrite").parquet(str(path))
    return session.read.schema("v long, u long").parquet(str(path))


def _mark(edges: Any) -> tuple[Any, ...]:
    """Two sets of edges with one mark are the same set."""
    from pyspark.sql import functions as F

    hashed = F.xxhash64("v", "u").cast("decimal(38,0)")
    return tuple(edges.agg(F.count("*"), F.sum(hashed)).collect()[0])


def _nodes(edges: Any) -> int:
    from pyspark.sql import functions as F

    both = edges.select("v").union(edges.select(F.col("u").alias("v")))
    return int(both.distinct().count())


def _sorted(table: pa.Table) -> pa.Table:
    """With a row for each cluster's own name, in order."""
    names = table.column("cluster").unique()
    own = pa.table({"row": names, "cluster": names})
    whole = pa.concat_tables([table.select(["row", "cluster"]), own]).cast(COMPONENT_SCHEMA)
    return whole.sort_by([("cluster", "ascending"), ("row", "ascending")])
