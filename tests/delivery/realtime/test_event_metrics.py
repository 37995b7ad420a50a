"""Events of clients: a line for what failed or was slow, figures for all, an id for a fault."""

import pytest

from intranet.delivery.realtime import event_metrics
from intranet.platform.core.requests_log import SERVER_ERROR_STATUS


@pytest.fixture
def ana(connect, cast):
    return connect(cast.ana)


def events_in(lines):
    return [line for line in lines if line["logger"] == "intranet.sockets"]


def count(metric, *labels):
    return metric.labels(*labels)._value.get()


def test_a_fault_names_the_id_under_which_the_log_has_it(ana, cast, log_lines):
    error = ana.ask("test:fault", {})["error"]

    (line,) = events_in(log_lines)
    assert (line["operation"], line["status"]) == ("test:fault", SERVER_ERROR_STATUS)
    assert line["person"] == str(cast.ana.id)
    assert error["detail"].endswith(line["request_id"])
    (told,) = [each for each in log_lines if "secret words" in each.get("exception", "")]
    assert told["request_id"] == line["request_id"]


def test_what_is_refused_is_told_and_what_is_done_is_counted(ana, log_lines):
    done = count(event_metrics.acknowledged, "test:echo")
    refused = count(event_metrics.failed, "test:forbidden", "403")

    assert ana.ask("test:echo", {})["ok"]
    assert "request_id" not in str(ana.ask("test:forbidden", {}))

    assert [line["status"] for line in events_in(log_lines)] == [403]
    assert count(event_metrics.acknowledged, "test:echo") == done + 1
    assert count(event_metrics.failed, "test:forbidden", "403") == refused + 1


def test_what_is_slow_is_told(ana, log_lines, monkeypatch):
    monkeypatch.setattr(event_metrics, "SLOW_SECONDS", 0.0)
    ana.ask("test:echo", {"said": "a private word"})

    (line,) = events_in(log_lines)
    assert (line["operation"], line["status"]) == ("test:echo", event_metrics.OK)
    assert "private" not in str(log_lines)


def test_what_nobody_knows_is_one_event_whatever_it_is_called(ana, log_lines):
    ana.ask("a private word", {})

    (line,) = events_in(log_lines)
    assert line["operation"] == "unknown"
    assert count(event_metrics.failed, "unknown", "404") >= 1
    assert "private" not in str(log_lines)
