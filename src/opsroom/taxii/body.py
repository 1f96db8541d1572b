"""The body of a POST: read within limits, split into the bytes of each object as they were sent."""

from collections.abc import Mapping

import anyio
import msgspec
from starlette.requests import ClientDisconnect, Request

from opsroom.core.jsontext import decode
from opsroom.errors import Malformed
from opsroom.taxii.failures import Failure

_MEMBERS = msgspec.json.Decoder(dict[str, msgspec.Raw])
_ELEMENTS = msgspec.json.Decoder(list[msgspec.Raw])
_ENOUGH_DIGITS = 20
"""Of a length in bytes: whatever follows, it is larger than anything that is accepted."""


async def received(request: Request, *, most: int, seconds: int) -> bytes:
    """The whole body. Fails on one that is too large (413), encoded (415) or too slow (408)."""
    if any(one.lower() != "identity" for one in request.headers.getlist("content-encoding")):
        raise Failure(415, "Send the body as it is, without a content coding.")
    too_large = Failure(413, f"The body is larger than max_content_length, {most} bytes: send it in parts.")
    if _announced(request.headers) > most:
        raise too_large
    found = bytearray()
    try:
        with anyio.fail_after(seconds):
            async for chunk in request.stream():
                found += chunk
                if len(found) > most:
                    raise too_large
    except TimeoutError:
        raise Failure(408, f"The body did not arrive within {seconds} seconds.") from None
    except ClientDisconnect:
        raise Failure(400, "The body was cut off.") from None
    return bytes(found)


def objects_of(body: bytes, *, most: int) -> list[bytes]:
    """The exact bytes of each object of an envelope (section 3.7); other members are ignored.

    Malformed where the text is no JSON, or none that can be kept (a repeated name, a lone surrogate, nesting that
    is deeper than a decoder goes); a failure (422) where it is no envelope, or holds no objects or too many. What
    is wrong inside an object is for the status resource to say.
    """
    try:
        members = _MEMBERS.decode(body)
    except msgspec.ValidationError:
        raise Failure(422, 'The body is no envelope: send {"objects": [...]}.') from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        decode(body)
        raise Malformed(f"the body is no JSON: {error}") from None
    listed = bytes(members.get("objects", b""))
    try:
        elements = _ELEMENTS.decode(listed) if listed else []
    except msgspec.ValidationError:
        raise Failure(422, "objects: a list is wanted here.") from None
    decode(body.replace(listed, b"[]", 1) if listed else body)
    if not elements:
        raise Failure(422, "objects: there is none in the envelope.")
    if len(elements) > most:
        raise Failure(
            422, f"objects: there are {len(elements)}, more than the {most} of one POST: send parts."
        )
    return [bytes(element) for element in elements]


def _announced(headers: Mapping[str, str]) -> int:
    length = headers.get("content-length", "")[:_ENOUGH_DIGITS]
    return int(length) if length.isascii() and length.isdigit() else 0
