"""Addresses and blocks of addresses (CIDR, RFC 4632 and RFC 4291) as terms, and containment as ranges.

A block of one address is that address. An IPv4 address written as an IPv6 one (::ffff:198.51.100.3, RFC 4291
section 2.5.5.2) is that IPv4 address.
"""

import re
from ipaddress import AddressValueError, IPv4Address, IPv6Address
from typing import NamedTuple

from opsroom.core.search.ranges import Range, exact

_SHAPE = re.compile(
    r"(?:(\d+(?:\.\d+){3})|([0-9a-f]*:[0-9a-f]*:[0-9a-f:.]*))(?:/(\d{1,9}))?", re.IGNORECASE | re.ASCII
)
_MAPPED, _MAPPED_BITS = 0xFFFF, 96
"""With what the IPv6 form of an IPv4 address begins, and in how many bits."""


class Block(NamedTuple):
    """The addresses that share their first `length` bits with `network`, which has zeros after them.

    `bits`: 32 for IPv4, 128 for IPv6.
    """

    bits: int
    network: int
    length: int

    def __str__(self) -> str:
        address = str(IPv4Address(self.network) if self.bits == 32 else IPv6Address(self.network))
        return address if self.length == self.bits else f"{address}/{self.length}"

    @property
    def term(self) -> str:
        """The term by which an index keeps it."""
        return _term(self.bits, self.length, self.network)

    @property
    def last(self) -> int:
        """The last address in it."""
        return self.network | ((1 << (self.bits - self.length)) - 1)

    def cut(self, length: int) -> "Block":
        """The block of a shorter prefix around it."""
        rest = self.bits - length
        return Block(self.bits, self.network >> rest << rest, length)


def looks_like_block(text: str) -> bool:
    """Whether the text has the shape of a block, right or wrong."""
    found = _SHAPE.fullmatch(text)
    return found is not None and found[3] is not None


def parse_block(text: str) -> Block | None:
    """The address or block that a text names, None where it names none; bits after the prefix do not count.

    >>> str(parse_block("198.51.100.77/24"))
    '198.51.100.0/24'
    """
    found = _SHAPE.fullmatch(text)
    if found is None:
        return None
    try:
        bits, address = (32, int(IPv4Address(found[1]))) if found[1] else (128, int(IPv6Address(found[2])))
    except AddressValueError:
        return None
    length = bits if found[3] is None else int(found[3])
    if length > bits:
        return None
    if bits == 128 and length >= _MAPPED_BITS and address >> 32 == _MAPPED:
        bits, length, address = 32, length - _MAPPED_BITS, address & 0xFFFF_FFFF
    return Block(bits, address, bits).cut(length)


def containment(block: Block) -> tuple[Range, ...]:
    """The addresses and the blocks inside of it, and the blocks around it: 130 ranges at most."""
    bits, first, last = block.bits, block.network, block.last
    inside = [
        Range(_term(bits, length, first), _term(bits, length, last) + "\0")
        for length in range(block.length, bits + 1)
    ]
    around = [exact(block.cut(length).term) for length in range(block.length)]
    return (*inside, *around)


def block_of_term(term: str) -> Block | None:
    """The address or block that a term stands for, None where it stands for none."""
    kind, *length, network = term.split(":")
    bits = {"4": 32, "6": 128}.get(kind[:1])
    if bits is None or kind[1:] != "b" * len(length):
        return None
    return Block(bits, int(network, 16), int(length[0]) if length else bits)


def _term(bits: int, length: int, network: int) -> str:
    if bits == 32:
        return f"4:{network:08x}" if length == bits else f"4b:{length:02}:{network:08x}"
    return f"6:{network:032x}" if length == bits else f"6b:{length:03}:{network:032x}"
