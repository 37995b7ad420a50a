"""Spans of requests, statements, events of clients and the outbox, as a collector gets them."""

import json
import logging
import sys
import time
from statistics import median

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from intranet.cli.watching import watch
from intranet.config import BadSettingError
from intranet.platform.core import operation, outbox, tracing
from intranet.platform.core.unit_of_work import unit_of_work
from intranet.trace_settings import is_traced
from tests.platform.core.receivers import receiver

SECRET = "Xoana-Rial-secret"


@pytest.fixture
def collector(app, monkeypatch):
    with receiver() as found:
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", found.url)
        found.traces = tracing.start(app, "0.1.0")
        yield found
        if found.traces:
            found.traces.stop()


@pytest.fixture
def spans(collector):
    """Every span that the collector got, once the process has ended its traces."""

    def all_of_them():
        collector.traces.stop()
        collector.traces = None
        found = []
        for path, body in collector.received:
            assert path == "/v1/traces"
            assert SECRET.encode() not in body
            for group in ExportTraceServiceRequest.FromString(body).resource_spans:
                about = {each.key: each.value.string_value for each in group.resource.attributes}
                assert about["service.name"] == "intranet"
                found += [span for scope in group.scope_spans for span in scope.spans]
        return found

    return all_of_them


def attributes(span):
    return {each.key: each.value.string_value or each.value.int_value for each in span.attributes}


def one(spans, name):
    (found,) = [span for span in spans if span.name == name]
    return found


def statements_of(spans, parent):
    return [
        attributes(span)["db.query.text"]
        for span in spans
        if span.parent_span_id == parent.span_id and "db.query.text" in attributes(span)
    ]


@pytest.mark.both
def test_a_request_is_a_span_with_its_statements_and_its_id_in_the_log(
    collector, spans, client_of, cast, log_lines
):
    client = client_of(cast.ana)
    client.get(f"/search?q={SECRET}")
    client.post(f"/signin?next={SECRET}", data={"email": SECRET, "password": SECRET})

    found = spans()
    span = one(found, "search.index")
    assert attributes(span)["http.route"] == "/search"
    assert attributes(span)["http.response.status_code"] == 200
    assert any(text.startswith("SELECT") for text in statements_of(found, span))
    (line,) = [each for each in log_lines if each.get("operation") == "search.index"]
    assert line["trace_id"] == span.trace_id.hex()
    assert line["request_id"] == attributes(span)["intranet.request_id"]
    assert str(cast.ana.id) not in json.dumps([attributes(each) for each in found])


def test_an_event_of_a_client_is_a_span_and_an_error_is_named_by_its_class_alone(
    collector, connect, cast, spans
):
    ana = connect(cast.ana)
    assert ana.ask("test:echo", {"words": SECRET})["ok"]
    with pytest.raises(ValueError, match=SECRET), operation.doing("fails"):
        raise ValueError(SECRET)

    found = spans()
    assert statements_of(found, one(found, "test:echo"))
    assert attributes(one(found, "fails"))["error.type"] == "ValueError"


def test_work_of_the_outbox_is_a_span_within_its_job_and_looking_for_it_is_none(
    app_context, collector, spans
):
    @outbox.handler("tests.traced")
    def do(_payload):
        with operation.doing("within"):
            pass

    with unit_of_work() as work:
        outbox.enqueue(work, "tests.traced", {"words": SECRET})
    with operation.doing("outbox"):
        assert outbox.run_due() == 1

    found = spans()
    outer, inner = one(found, "tests.traced"), one(found, "within")
    assert inner.parent_span_id == outer.span_id
    assert inner.trace_id == outer.trace_id
    assert not [span for span in found if span.name == "outbox"]


def test_a_collector_that_is_away_gives_one_line_a_minute(collector, caplog):
    of_theirs = logging.getLogger("opentelemetry.exporter.otlp.proto.http")
    for _ in range(5):
        of_theirs.warning("the collector is away")
    logging.getLogger("intranet").warning("ours")
    assert caplog.messages == ["the collector is away", "ours"]

    collector.traces.stop()
    collector.traces = None
    of_theirs.warning("the collector is away")
    assert len(caplog.messages) == 3


@pytest.mark.slow
def test_a_collector_that_is_silent_slows_no_page(collector, client_of, cast):
    """More spans are made than wait to be sent, so that some are dropped."""
    client = client_of(cast.ana)

    def seconds():
        began = time.monotonic()
        assert client.get("/").status_code == 200
        return time.monotonic() - began

    def of_pages():
        return median(seconds() for _page in range(100))

    seconds()
    before = of_pages()
    collector.answers.clear()
    try:
        during = of_pages()
    finally:
        collector.answers.set()
    assert during < 1.5 * before


def test_where_nothing_is_set_nothing_is_watched_or_imported(app, monkeypatch):
    monkeypatch.delenv("OTEL_EXPORTER_OTLP_ENDPOINT", raising=False)
    for name in ("intranet.platform.core.tracing", "intranet.platform.core.error_reports"):
        monkeypatch.setitem(sys.modules, name, None)  # to import it would be an error

    end = watch(app, app.config["SETTINGS"])

    with operation.doing("untraced") as doing:
        assert doing.span is None
    end()


@pytest.mark.parametrize("address", ["collector:4318", "http://", "http://x:99999", "grpc://x"])
def test_an_address_that_cannot_be_a_collector_is_refused(address):
    with pytest.raises(BadSettingError, match="OTEL_EXPORTER_OTLP_ENDPOINT"):
        is_traced({"OTEL_EXPORTER_OTLP_ENDPOINT": address})


def test_another_protocol_is_refused():
    with pytest.raises(BadSettingError, match="http/protobuf"):
        is_traced(
            {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://x:4317", "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"}
        )
