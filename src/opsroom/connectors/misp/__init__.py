"""MISP, both ways: its events in as STIX 2.1 with labels, released STIX out as events and as a feed.

The official converter does the conversion; what is here decides who may see its results, checks them, and
says what was lost. Nothing is fetched or sent.
"""

from opsroom.connectors.misp.elements import Element, events_of
from opsroom.connectors.misp.feed import feed, hashes_csv, manifest
from opsroom.connectors.misp.incoming import Converted, Part, converted
from opsroom.connectors.misp.outgoing import Organisation, Published, event_of, events_from
from opsroom.connectors.misp.report import Report

__all__ = [
    "Converted",
    "Element",
    "Organisation",
    "Part",
    "Published",
    "Report",
    "converted",
    "event_of",
    "events_from",
    "events_of",
    "feed",
    "hashes_csv",
    "manifest",
]
