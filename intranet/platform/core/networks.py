"""Group client addresses by customer network, for rate limits."""

from ipaddress import IPv6Address, ip_address


def network_of(address: str) -> str:
    """Return the address or, for IPv6, its /64 network, all of which belongs to one customer."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, IPv6Address):
        return str(parsed.ipv4_mapped or (int(parsed) >> 64))
    return str(parsed)
