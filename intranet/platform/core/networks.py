"""To whom an address of the internet belongs, as far as limits are concerned."""

from ipaddress import IPv6Address, ip_address


def network_of(address: str) -> str:
    """The address, or for IPv6 the network of one customer, who has 2^64 addresses."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, IPv6Address):
        return str(parsed.ipv4_mapped or (int(parsed) >> 64))
    return str(parsed)
