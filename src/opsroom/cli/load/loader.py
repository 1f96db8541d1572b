"""Carries a room file out on a node. What is there already stays as it is, so loading again changes nothing."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from hashlib import file_digest, sha256
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from opsroom import signing
from opsroom.cli.load.file import (
    ActRow,
    AgreementRow,
    ConsentRow,
    Contribution,
    MemberRow,
    PostingRow,
    ReleaseRow,
    RoomFile,
    RoomRow,
    Step,
)
from opsroom.core.agreement.file import parse_agreement
from opsroom.core.agreement.statement import ACT_TYPE, CONSENT_TYPE, VERSION_TYPE
from opsroom.core.jsontext import split_objects
from opsroom.errors import Conflict, NotFound, Refused
from opsroom.node import Node
from opsroom.operations import agree, enrol, permit, rekey, release
from opsroom.operations.contribute import Options, Outcome, State, contribute
from opsroom.principals import Principal, acting_for
from opsroom.service.reports import report_objects
from opsroom.yamltext import read_yaml

CHUNK = 65_536
"""Bytes read at once."""


@dataclass(slots=True)
class Loader:
    """Loads one room file from `folder`; keys that it makes go to `keys`. `tell` hears what was done."""

    node: Node
    folder: Path
    keys: Path
    tell: Callable[[str], None]
    agreements: dict[str, str] = field(default_factory=dict)
    rooms: dict[str, str] = field(default_factory=dict)

    def load(self, file: RoomFile) -> None:
        """Everything, in the order of the file. Raises at the first thing that cannot be as the file says."""
        for member in file.members:
            self._member(member)
        for room in file.rooms:
            self._room(room)
        for agreement in file.agreements:
            self._agreement(agreement)
        for posting in file.postings:
            self._posting(posting)
        for step in file.steps:
            self._step(step)

    def _step(self, step: Step) -> None:
        if isinstance(step, ConsentRow):
            self._consent(step)
        elif isinstance(step, ActRow):
            self._act(step)
        elif isinstance(step, ReleaseRow):
            self._release(step)
        else:
            self._contribution(step)

    def _member(self, row: MemberRow) -> None:
        with self.node.store.reading() as snapshot:
            found = snapshot.people.member(row.name)
            components = {one.name: one for one in snapshot.people.components(row.name)}
            desks = {one.name: one.desk for one in snapshot.people.desks([row.name])}
        if found is None:
            public = None if row.key is None else signing.read_public(self.folder / row.key)
            name = None if public is None else signing.fingerprint(public)
            enrol.add_member(self.node, row.name, title=row.title, key=public, fingerprint=name)
            self.tell(f"member {row.name}")
        else:
            _same(found.title, row.title, f"member {row.name}")
        for one in row.components:
            if one.name in components:
                _same(components[one.name], one, f"component {one.name} of {row.name}")
                continue
            enrol.add_component(
                self.node, row.name, one.name, title=one.title, part_of=one.part_of, window=one.window
            )
            self.tell(f"component {one.name} of {row.name}")
        for name, desk in row.desks:
            if name in desks:
                _same(desks[name], desk, f"desk {name} of {row.name}")
                continue
            enrol.add_desk(self.node, name, desk)
            self.tell(f"desk {name} of {row.name}")

    def _room(self, row: RoomRow) -> None:
        with self.node.store.reading() as snapshot:
            found = snapshot.people.room(row.name)
        if found is None:
            enrol.open_room(self.node, row.name, title=row.title, host=row.host, place=row.place)
            self.tell(f"room {row.name}")
            return
        _same((found.title, found.host, found.place), (row.title, row.host, row.place), f"room {row.name}")

    def _agreement(self, row: AgreementRow) -> None:
        found = parse_agreement(read_yaml(self.folder / row.file))
        self.agreements[row.name], self.rooms[row.name] = found.id, row.room
        with self.node.store.reading() as snapshot:
            known = {one.digest for one in snapshot.agreements.versions(found.id)}
        if found.digest not in known:
            agree.draft(self.node, row.room, found)
            self.tell(f"version {found.version} of agreement {row.name} is recorded")
        if agree.show(self.node, found.id).newest.digest != found.digest:
            return
        fresh: list[str] = []
        for file in row.signatures:
            fresh += agree.sign(self.node, (self.folder / file).read_bytes())
        wanted = found.terms.parties if row.signed_by is None and not row.signatures else row.signed_by or ()
        missing = set(wanted) - agree.show(self.node, found.id).signed(found.digest).keys()
        if missing:
            keys = [self._key(one) for one in sorted(missing)]
            fresh += agree.sign(self.node, signing.seal(found.signed_bytes, VERSION_TYPE, keys))
        if fresh:
            self.tell(f"version {found.version} of agreement {row.name} is signed by {', '.join(fresh)}")

    def _posting(self, row: PostingRow) -> None:
        agreement, wanted = self.agreements[row.agreement], row.posting
        room = self.rooms[row.agreement]
        with self.node.store.reading() as snapshot:
            collection = enrol.collection_of(snapshot, room, agreement, wanted.collection)
            before = snapshot.agreements.posting(wanted.member, collection.id)
        if before == replace(wanted, collection=collection.id):
            return
        enrol.set_posting(
            self.node,
            wanted.member,
            room,
            agreement,
            wanted.collection,
            policy=wanted.policy,
            level=wanted.level,
            tlp=wanted.tlp,
            release_by=wanted.release_by,
        )
        self.tell(f"posting of {wanted.member} to {wanted.collection} under {row.agreement}")

    def _contribution(self, step: Contribution) -> None:
        path = self.folder / step.file
        with self._once(step.key, _digest(path)) as fresh:
            if not fresh:
                return
            agreement = self.agreements[step.agreement]
            room = self.rooms[step.agreement]
            principal, collection = self._place(step, room, agreement)
            seen = _Seen(step)
            with path.open("rb") as file:
                raws = (
                    report_objects(self.node, file.read(), path.name, step.particulars)
                    if step.report
                    else split_objects(iter(lambda: file.read(CHUNK), b""))
                )
                options = self._options(step)
                contribute(self.node, principal, room, collection, raws, options, watch=seen.take)
            self.tell(seen.met())

    def _place(self, step: Contribution, room: str, agreement: str) -> tuple[Principal, str]:
        """Who contributes, and the collection that it goes to."""
        with self.node.store.reading() as snapshot:
            principal = acting_for(snapshot, step.member, desk=step.desk, person=step.person)
            return principal, enrol.collection_of(snapshot, room, agreement, step.field).id

    def _options(self, step: Contribution) -> Options:
        """The options, with agreements named by their ids."""
        label = step.options.label
        if label is None:
            return step.options
        cites = frozenset(self.agreements.get(one, one) for one in label.cites)
        return replace(step.options, label=replace(label, cites=cites))

    def _consent(self, step: ConsentRow) -> None:
        with self._once(step.key, "") as fresh:
            if not fresh:
                return
            under = step.terms.under and self.agreements[step.terms.under]
            terms = replace(step.terms, under=under)
            given = permit.prepare(self.node, "give", by=terms.originator, terms=terms)
            keys = [self._key(terms.originator)]
            permit.record(self.node, signing.seal(given.payload, CONSENT_TYPE, keys))
            self.tell(f"consent of {terms.originator}: {terms.item} to {terms.to}")

    def _act(self, step: ActRow) -> None:
        with self._once(step.key, "") as fresh:
            if not fresh:
                return
            act = agree.prepare(
                self.node,
                self.agreements[step.agreement],
                step.kind,
                by=step.by,
                scope=step.scope,
                newcomer=step.newcomer,
                effective_at=step.effective_at,
            )
            agree.record(self.node, signing.seal(act.payload, ACT_TYPE, [self._key(one) for one in step.by]))
            self.tell(f"{step.agreement}: {step.kind} {step.scope}, signed by {', '.join(step.by)}")

    def _release(self, step: ReleaseRow) -> None:
        with self._once(step.key, "") as fresh:
            if not fresh:
                return
            with self.node.store.reading() as snapshot:
                officer = acting_for(snapshot, step.member, person=step.person)
            release.approve(self.node, officer, self.rooms[step.agreement], step.ids)
            self.tell(f"{step.person} of {step.member} lets out {len(step.ids)} that waited")

    @contextmanager
    def _once(self, key: str, content: str) -> Iterator[bool]:
        """Whether this step, with this content, was not carried out yet; remembered at a normal exit."""
        mark = f"load/{sha256(f'{key}{content}'.encode()).hexdigest()}"
        with self.node.store.reading() as snapshot:
            done = snapshot.people.setting(mark) is not None
        yield not done
        if not done:
            with self.node.store.writing() as unit:
                unit.people.put_setting(mark, b"done")

    def _key(self, member: str) -> Ed25519PrivateKey:
        """The member's private key in the directory of keys; made there where it has none at all."""
        path = self.keys / f"{member}.key"
        with self.node.store.reading() as snapshot:
            known = {one.fingerprint for one in snapshot.people.keys(member)}
        if not path.exists() and known:
            raise Refused(f"{member} signs with a key of its own: give its envelope under `signatures`")
        if not path.exists():
            self.keys.mkdir(mode=0o700, exist_ok=True)
            signing.make_key(path)
            self.tell(f"demo key of {member}: {path}")
        key = signing.read_key(path)
        public = signing.public_bytes(key)
        if not known:
            rekey.first_key(self.node, member, public)
        elif signing.fingerprint(public) not in known:
            raise Refused(f"{path} is not the key of {member} that this node knows")
        return key


@dataclass(slots=True)
class _Seen:
    """What became of a contribution, against what its step expects."""

    step: Contribution
    counts: Counter[State] = field(default_factory=Counter)
    refusal: str = ""

    def take(self, outcome: Outcome) -> None:
        """One object."""
        self.counts[outcome.state] += 1
        if outcome.state is State.FAILURE and not self.refusal:
            self.refusal = f"{outcome.id}: {outcome.message}"

    def met(self) -> str:
        """What was done, in words. Refused where it is not what the step expects."""
        refused, total = self.counts[State.FAILURE], sum(self.counts.values())
        named = f"{self.step.file} by {self.step.member}"
        if self.step.expect == "accepted":
            if refused:
                raise Refused(f"{named}: {refused} of {total} objects are refused, the first {self.refusal}")
            return f"{named}: {total} contributed"
        if refused < total:
            raise Refused(f"{named}: {total - refused} of {total} objects were accepted; expected: refused")
        return f"{named}: refused, as expected: {self.refusal}"


def _same(found: object, wanted: object, what: str) -> None:
    if found != wanted:
        raise Conflict(
            f"{what} is there already and is not as the file says; load into a fresh data directory"
        )


def _digest(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise NotFound(f"{path} cannot be read: {error.strerror}") from error
