"""Socket counters for `/metrics`."""

from prometheus_client import Counter, Gauge, Histogram

from intranet.platform.core.process_metrics import WAITS

sockets = Gauge("intranet_sockets", "Sockets that are open now", multiprocess_mode="livesum")
polling = Gauge(
    "intranet_sockets_polling", "Of them those without a WebSocket", multiprocess_mode="livesum"
)
polled_bytes = Gauge(
    "intranet_sockets_polled_bytes", "Bytes that wait for polls now", multiprocess_mode="livesum"
)
pushed = Counter("intranet_sockets_pushed", "Frames written to sockets by pushes")
parked = Counter("intranet_sockets_parked", "Times that a slow reader's frames had to wait")
cut_off = Counter("intranet_sockets_cut_off", "Slow readers that were cut off at the bound")
handed = Counter(
    "intranet_sockets_handed",
    "Requests of clients that poll, handed to the process that holds them",
)
hung_up = Counter("intranet_sockets_hung_up", "Clients that hung up while their poll waited")
refused = Counter("intranet_sockets_refused", "Sockets refused before they were open", ["why"])
for why in ("origin", "full", "unauthorized", "too many", "displaced"):
    refused.labels(why)
junk = Counter("intranet_relay_junk", "Messages of the relay that were not ours")
relay_lag = Histogram(
    "intranet_relay_lag_seconds", "Until Redis answered where we listen", buckets=WAITS
)
