"""The form that every answer has, whichever door gives it. AssertionError where one has not."""

from urllib.parse import unquote

from opsroom.wire.request import PREFIX
from tests.fuzz import api_form, taxii_form
from tests.fuzz.asking import Heard, Sent


def form(sent: Sent, heard: Heard) -> None:
    """Holds an answer against what its door promises."""
    path = unquote(sent.path.decode("latin-1"), errors="replace")
    if path == "/healthz":
        assert (heard.status, heard.body) == (204, b"")
    elif path == PREFIX or path.startswith(f"{PREFIX}/"):
        api_form.form(sent, heard)
    else:
        taxii_form.form(sent, heard)
