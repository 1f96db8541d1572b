"""What both clients can ask, each written down once: a request class becomes a method of both."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, Generic, ParamSpec, TypeVar, overload

from opsroom.wire.items import Explain, Items, Recall, ShowItem
from opsroom.wire.request import Request
from opsroom.wire.rooms import Collections, Rooms, WhoAmI

if TYPE_CHECKING:
    from opsroom.client.client import AsyncClient, Client

A = TypeVar("A")
P = ParamSpec("P")


class Method(Generic[P, A]):
    """A method that takes the fields of a request: it returns its answer, or (async) promises it."""

    def __init__(self, request: Callable[P, Request[A]]) -> None:
        self._request = request
        self.__doc__ = request.__doc__

    @overload
    def __get__(self, client: "Client", owner: type) -> Callable[P, A]: ...
    @overload
    def __get__(self, client: "AsyncClient", owner: type) -> Callable[P, Awaitable[A]]: ...
    def __get__(self, client: Any, owner: type) -> Any:
        if client is None:
            return self

        def call(*args: P.args, **kwargs: P.kwargs) -> Any:
            return client.ask(self._request(*args, **kwargs))

        call.__doc__ = self.__doc__
        return call


class Calls:
    """One method a request."""

    who_am_i = Method(WhoAmI)
    rooms = Method(Rooms)
    collections = Method(Collections)
    items = Method(Items)
    show_item = Method(ShowItem)
    explain = Method(Explain)
    recall = Method(Recall)
