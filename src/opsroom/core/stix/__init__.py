"""STIX 2.1: what an object must hold, property by property."""
