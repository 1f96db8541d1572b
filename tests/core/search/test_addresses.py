"""Addresses and blocks: one term each, and containment as ranges."""

from ipaddress import IPv4Network, IPv6Network, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsroom.core.search.addresses import Block, block_of_term, containment, looks_like_block, parse_block

_v4 = st.builds(lambda a, n: ip_network((a, n), strict=False), st.integers(0, 2**32 - 1), st.integers(0, 32))
_v6 = st.builds(
    lambda a, n: ip_network((a.to_bytes(16, "big"), n), strict=False),
    st.integers(0, 2**128 - 1),
    st.integers(0, 128),
)
_networks = st.one_of(_v4, _v6)


def _near(network: IPv4Network | IPv6Network, offset: int, length: int) -> IPv4Network | IPv6Network:
    """A network that begins near this one."""
    size = network.max_prefixlen // 8
    first = (int(network.network_address) + offset) % (1 << network.max_prefixlen)
    return ip_network((first.to_bytes(size, "big"), min(length, network.max_prefixlen)), strict=False)


def _block(network: IPv4Network | IPv6Network) -> Block:
    block = parse_block(str(network))
    assert block is not None
    return block


def _nested(one: IPv4Network | IPv6Network, other: IPv4Network | IPv6Network) -> bool:
    return one.version == other.version and one.overlaps(other)


def _found(one: IPv4Network | IPv6Network, other: IPv4Network | IPv6Network) -> bool:
    return any(_block(other).term in span for span in containment(_block(one)))


@given(_networks, _networks)
def test_blocks_are_found_exactly_where_one_holds_the_other(
    one: IPv4Network | IPv6Network, other: IPv4Network | IPv6Network
) -> None:
    assert _found(one, other) is _nested(one, other)


@given(_networks, st.integers(-2, 300), st.integers(0, 128))
def test_neighbours_are_told_apart(network: IPv4Network | IPv6Network, offset: int, length: int) -> None:
    other = _near(network, offset, length)
    assert _found(network, other) is _nested(network, other)
    edge = _near(network, network.num_addresses, network.max_prefixlen)
    assert _found(network, edge) is _nested(network, edge)


@given(_networks)
def test_term_is_read_back(network: IPv4Network | IPv6Network) -> None:
    block = _block(network)
    assert block_of_term(block.term) == block
    assert ip_network(str(block)) == network


@given(_networks)
def test_ranges_are_few(network: IPv4Network | IPv6Network) -> None:
    assert len(containment(_block(network))) <= 130


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("198.51.100.3", "4:c6336403"),
        ("198.51.100.3/32", "4:c6336403"),
        ("198.51.100.77/24", "4b:24:c6336400"),
        ("0.0.0.0/0", "4b:00:00000000"),
        ("2001:DB8::1", "6:20010db8000000000000000000000001"),
        ("2001:db8::1/128", "6:20010db8000000000000000000000001"),
        ("2001:db8:ffff::/32", "6b:032:20010db8000000000000000000000000"),
    ],
)
def test_term_of_an_address(text: str, term: str) -> None:
    block = parse_block(text)
    assert block is not None
    assert block.term == term


@pytest.mark.parametrize("text", ["1.2.3.4/40", "300.1.1.1/24", "2001:db8::/129", "1:2:3/8", "01.2.3.4/8"])
def test_bad_block_looks_like_one(text: str) -> None:
    assert looks_like_block(text)
    assert parse_block(text) is None


@pytest.mark.parametrize("text", ["12/34", "2024/10", "1.2.3.4", "a:b", "evil.example/8", "1.2.3/8"])
def test_other_text_does_not_look_like_a_block(text: str) -> None:
    assert not looks_like_block(text)


@pytest.mark.parametrize("term", ["w:apt", "o:4", "d:com.", "4b:24:0:0", "5:0"])
def test_other_term_is_no_block(term: str) -> None:
    assert block_of_term(term) is None
