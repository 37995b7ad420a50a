"""What the sockets do, for `/metrics`."""

from prometheus_client import Counter, Gauge, Histogram

from intranet.core.measures import WAITS

sockets = Gauge("intranet_sockets", "Sockets that are open now", multiprocess_mode="livesum")
pushed = Counter("intranet_sockets_pushed", "Frames written to sockets by pushes")
parked = Counter("intranet_sockets_parked", "Times that a slow reader's frames had to wait")
cut_off = Counter("intranet_sockets_cut_off", "Slow readers that were cut off at the bound")
refused = Counter("intranet_sockets_refused", "Sockets refused before they were open", ["why"])
junk = Counter("intranet_relay_junk", "Messages of the relay that were not ours")
relay_lag = Histogram(
    "intranet_relay_lag_seconds", "Until Redis answered where we listen", buckets=WAITS
)
