"""Feeds that are files: STIX at an address or on disk, and MISP feeds; what is new or changed in them."""

from opsroom.connectors.feeds.misp import MANIFEST, misp_feed
from opsroom.connectors.feeds.stix import stix_at, stix_files

__all__ = ["MANIFEST", "misp_feed", "stix_at", "stix_files"]
