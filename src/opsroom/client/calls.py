"""What both clients can ask, each written down once: a request class becomes a method of both."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, BinaryIO, Concatenate, Generic, ParamSpec, TypeVar, overload

from opsroom.wire.agreements import (
    AgreementEntries,
    Agreements,
    ForetellAct,
    PrepareAct,
    PrepareVersion,
    RecordStatement,
    RecordVersion,
    ShowAgreement,
    ShowSuccessor,
    ShowVersion,
)
from opsroom.wire.consents import Consents, PrepareConsent, RecordConsent
from opsroom.wire.contributions import Contribute
from opsroom.wire.following import Follow
from opsroom.wire.items import Explain, Items, Recall, ShowItem
from opsroom.wire.keys import PrepareKey, RecordKey
from opsroom.wire.knowledge import Knowledge
from opsroom.wire.members import (
    AddComponent,
    AddDesk,
    ChangeRoles,
    IssueToken,
    ListPostings,
    ListTokens,
    RevokeToken,
    SetPosting,
    ShowMember,
)
from opsroom.wire.misp import MispFeed
from opsroom.wire.notices import Notices
from opsroom.wire.releases import Approve, ForeseeRelease, ListWaiting, Refuse
from opsroom.wire.request import Request
from opsroom.wire.rooms import Collections, Rooms, ShowRoom, WhoAmI
from opsroom.wire.searching import Correlate, Search, Suggest
from opsroom.wire.what_if import ForeseeAct, ForeseeOption, ForeseeVersion

if TYPE_CHECKING:
    from opsroom.client.client import AsyncClient, Client

A = TypeVar("A")
E = TypeVar("E")
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


class Streaming(Generic[P, A]):
    """A method that takes bytes to upload and the fields of a request: it yields its answers one by one."""

    def __init__(self, request: Callable[P, Request[A]]) -> None:
        self._request = request
        self.__doc__ = request.__doc__

    @overload
    def __get__(self, client: "Client", owner: type) -> Callable[Concatenate[BinaryIO, P], Iterator[A]]: ...
    @overload
    def __get__(
        self, client: "AsyncClient", owner: type
    ) -> Callable[Concatenate[BinaryIO, P], AsyncIterator[A]]: ...
    def __get__(self, client: Any, owner: type) -> Any:
        if client is None:
            return self

        def call(upload: BinaryIO, *args: P.args, **kwargs: P.kwargs) -> Any:
            return client.stream(self._request(*args, **kwargs), upload)

        call.__doc__ = self.__doc__
        return call


class Following(Generic[P, A]):
    """A method that takes the fields of a request: it yields events for as long as the server tells them."""

    def __init__(self, request: Callable[P, Request[A]]) -> None:
        self._request = request
        self.__doc__ = request.__doc__

    @overload
    def __get__(self, client: "Client", owner: type) -> Callable[P, Iterator[A]]: ...
    @overload
    def __get__(self, client: "AsyncClient", owner: type) -> Callable[P, AsyncIterator[A]]: ...
    def __get__(self, client: Any, owner: type) -> Any:
        if client is None:
            return self

        def call(*args: P.args, **kwargs: P.kwargs) -> Any:
            return client.listen(self._request(*args, **kwargs))

        call.__doc__ = self.__doc__
        return call


class Paging(Generic[P, A, E]):
    """A method that takes the fields of a request for a page: it yields what is on all of them, one by one."""

    def __init__(self, request: Callable[P, Request[A]], entries: Callable[[A], Iterable[E]]) -> None:
        self._request = request
        self._entries = entries
        self.__doc__ = request.__doc__

    @overload
    def __get__(self, client: "Client", owner: type) -> Callable[P, Iterator[E]]: ...
    @overload
    def __get__(self, client: "AsyncClient", owner: type) -> Callable[P, AsyncIterator[E]]: ...
    def __get__(self, client: Any, owner: type) -> Any:
        if client is None:
            return self

        def call(*args: P.args, **kwargs: P.kwargs) -> Any:
            return client.entries(self._request(*args, **kwargs), self._entries)

        call.__doc__ = self.__doc__
        return call


class Calls:
    """One method a request, and one for all pages of what comes in pages."""

    who_am_i = Method(WhoAmI)
    rooms = Method(Rooms)
    show_room = Method(ShowRoom)
    collections = Method(Collections)
    items = Method(Items)
    all_items = Paging(Items, lambda page: page.items)
    show_item = Method(ShowItem)
    explain = Method(Explain)
    recall = Method(Recall)
    waiting = Method(ListWaiting)
    foresee_release = Method(ForeseeRelease)
    approve = Method(Approve)
    refuse = Method(Refuse)
    contribute = Streaming(Contribute)
    show_member = Method(ShowMember)
    add_component = Method(AddComponent)
    add_desk = Method(AddDesk)
    tokens = Method(ListTokens)
    issue_token = Method(IssueToken)
    change_roles = Method(ChangeRoles)
    revoke_token = Method(RevokeToken)
    postings = Method(ListPostings)
    set_posting = Method(SetPosting)
    follow = Following(Follow)
    notices = Method(Notices)
    knowledge = Method(Knowledge)
    misp_feed = Method(MispFeed)
    search = Method(Search)
    all_hits = Paging(Search, lambda page: page.hits)
    suggest = Method(Suggest)
    correlate = Method(Correlate)
    agreements = Method(Agreements)
    show_agreement = Method(ShowAgreement)
    show_version = Method(ShowVersion)
    prepare_version = Method(PrepareVersion)
    show_successor = Method(ShowSuccessor)
    agreement_entries = Method(AgreementEntries)
    record_version = Method(RecordVersion)
    prepare_act = Method(PrepareAct)
    foretell_act = Method(ForetellAct)
    record_statement = Method(RecordStatement)
    foresee_version = Method(ForeseeVersion)
    foresee_act = Method(ForeseeAct)
    foresee_option = Method(ForeseeOption)
    consents = Method(Consents)
    prepare_consent = Method(PrepareConsent)
    record_consent = Method(RecordConsent)
    prepare_key = Method(PrepareKey)
    record_key = Method(RecordKey)
