"""Adapters of the store: one port (`opsroom.ports.Store`), one contract suite, several places to keep things."""
