"""Where the room meets other forms of intelligence: MISP, feeds and documents become STIX 2.1.

A connector turns bytes into objects and back. It opens no connection, reads no clock and decides nothing
about release: operations offer what it makes like any other contribution.
"""
