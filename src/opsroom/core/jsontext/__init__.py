"""JSON as received: strict decoding of one object, splitting of a stream into the objects that it holds."""

from opsroom.core.jsontext.decoding import decode
from opsroom.core.jsontext.splitting import split_objects

__all__ = ["decode", "split_objects"]
