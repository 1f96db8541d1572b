"""Where the room meets other forms of intelligence, and other servers that have it.

A connector turns bytes into STIX objects and back (MISP, documents), or brings them from elsewhere and takes them
there (TAXII, feeds). It reads no clock and decides nothing about release: operations offer what it brings like any
other contribution.
"""
