"""The settings of OpenTelemetry's traces: the standard ones, whose library reads the others."""

import os
from collections.abc import Mapping

from intranet.config import STARTS, BadSettingError, check_address

COLLECTORS = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")
PROTOCOLS = ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL")
PROTOCOL = "http/protobuf"


def is_traced(environment: Mapping[str, str] | None = None) -> bool:
    """Return whether a collector of OpenTelemetry's traces is named.

    Raises:
        BadSettingError: its address cannot be one, or another protocol is asked for.
    """
    environment = os.environ if environment is None else environment
    named = [name for name in COLLECTORS if environment.get(name)]
    for name in named:
        if not environment[name].startswith(STARTS["base_url"]):
            raise BadSettingError(f"{name} is no such address: it starts with http:// or https://.")
        check_address(name, environment[name], needs_host=True)
    for name in PROTOCOLS if named else ():
        if environment.get(name, PROTOCOL) != PROTOCOL:
            raise BadSettingError(f"{name} takes {PROTOCOL}, and nothing else.")
    return bool(named)
