"""The metrics at `/metrics`: of every process on this machine that shares them.

prometheus_client shares metrics through files, one for each process, in the folder that
`PROMETHEUS_MULTIPROC_DIR` names; `cli.shared_metrics` sets it before anything is measured.
"""

import os
from collections.abc import Iterable

from prometheus_client import REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector

from intranet.extensions import db
from intranet.platform.core import outbox, outbox_figures
from intranet.platform.core.database import GONE

FOLDER = "PROMETHEUS_MULTIPROC_DIR"


def as_prometheus_text() -> bytes:
    """Return all metrics in Prometheus' text format."""
    return generate_latest(_counted()) + generate_latest(_asked())


def _counted() -> CollectorRegistry:
    """Return the registry of all processes that share their metrics, else of this one."""
    if not os.environ.get(FOLDER):
        return REGISTRY
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return registry


def _asked() -> CollectorRegistry:
    """Return a registry whose metrics are queried from the database."""
    registry = CollectorRegistry()
    registry.register(OutboxCollector())
    return registry


class OutboxCollector:
    """Collects the state of the outbox, and whether the database answers."""

    def collect(self) -> Iterable[Metric]:
        """Query the database now."""
        rows = GaugeMetricFamily(
            "intranet_outbox", "Rows of the outbox that wait, or were given up", labels=["state"]
        )
        oldest = GaugeMetricFamily(
            "intranet_outbox_age_seconds",
            "For how long the oldest row of a kind could have been done",
            labels=["kind"],
        )
        up = GaugeMetricFamily("intranet_database_up", "Whether the database answers")
        try:
            owed = outbox_figures.pending_by_kind()
        except GONE:
            db.session.rollback()
            up.add_metric([], 0)
            return [up]
        up.add_metric([], 1)
        rows.add_metric(["waiting"], sum(each.waiting for each in owed))
        rows.add_metric(["failed"], sum(each.failed for each in owed))
        ages = {each.kind: outbox_figures.age_seconds(each) for each in owed}
        for kind in sorted({*outbox.known_kinds(), *ages}):
            oldest.add_metric([kind], ages.get(kind, 0.0))
        return [up, rows, oldest]
