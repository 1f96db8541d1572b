"""What offers rest on: footings of a set of offers that refer to one another, computed together.

1. An offer rests on its own class.
2. Of each id that it refers to, at least one copy that the poster sees must be open; a copy is open when
   one of the offers of its newest version is.
3. An older version rests on its newest version in the same way.
4. Offers on a cycle open together (greatest fixed point): what leads back to itself is taken to be open.
   Without a choice of copies inside, they share the classes of the whole cycle.
5. A cycle with so many choices that writing them out would not end soon: a copy inside it counts as the
   only one, which can narrow and never widens.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias, TypeVar

from opsroom.core.feed import Footing

T = TypeVar("T")

NOBODY = 0
"""The class that no desk has a verdict on: what rests on it is closed to everybody."""
ROUNDS, UNFOLDED = 16, 256
"""How long choices inside a cycle are looked into (rule 5)."""

_Need: TypeAlias = tuple[frozenset[int], frozenset[int]]
"""The options of a need: kinds of offers inside the cycle, footings outside it."""


@dataclass(frozen=True, slots=True)
class Resting:
    """One offer: its class and, for each thing that it needs, the offers of which one must be open.

    A need without options can be met by nobody.
    """

    release_class: int
    needs: tuple[frozenset[int], ...] = ()


def footings_of(
    offers: Mapping[int, Resting],
    *,
    known: Mapping[int, int],
    footings: Mapping[int, Footing],
    intern: Callable[[Footing], int],
) -> dict[int, int]:
    """The footing of each offer. `known` are the footings of offers outside this set that it refers to.

    `footings` resolves every number in `known`; `intern` gives a footing its number.
    """
    edges = {number: [x for need in one.needs for x in need if x in offers] for number, one in offers.items()}
    found = dict(known)
    resolved = dict(footings)

    def kept(footing: Footing) -> int:
        number = intern(footing)
        resolved[number] = footing
        return number

    for members in components(edges):
        cycle = _Cycle({number: offers[number] for number in members}, found, resolved, kept)
        found.update(cycle.footings())
    return {number: found[number] for number in offers}


@dataclass(slots=True)
class _Resting:
    """A footing in the making."""

    resolved: Mapping[int, Footing]
    classes: set[int] = field(default_factory=set)
    alternatives: set[tuple[int, ...]] = field(default_factory=set)

    def on_one_of(self, options: Iterable[int]) -> None:
        """One of these footings must be open."""
        listed = tuple(sorted(set(options)))
        if len(listed) == 1:
            self.classes.update(self.resolved[listed[0]].classes)
            self.alternatives.update(self.resolved[listed[0]].alternatives)
        elif listed:
            self.alternatives.add(listed)
        else:
            self.classes.add(NOBODY)

    @property
    def footing(self) -> Footing:
        return Footing(tuple(sorted(self.classes)), tuple(sorted(self.alternatives)))


class _Entangled(Exception):
    """There are too many choices to write out (rule 5)."""


@dataclass(slots=True)
class _Cycle:
    """Offers each of which leads to all others; often a single one. `found` are the footings of all others."""

    members: Mapping[int, Resting]
    found: Mapping[int, int]
    resolved: Mapping[int, Footing]
    kept: Callable[[Footing], int]
    _kinds: dict[int, tuple[int, frozenset[_Need]]] = field(default_factory=dict)
    _unfolded: int = 0

    def footings(self) -> dict[int, int]:
        """The footing of each member."""
        choices = any(len(need) > 1 and not need.isdisjoint(self.members) for need in self._needs())
        if not choices:
            return self._together()
        try:
            kinds = self._told_apart()
            footing_of = {kind: self._unfold(kind, frozenset()) for kind in set(kinds.values())}
        except _Entangled:
            return self._together()
        return {number: footing_of[kind] for number, kind in kinds.items()}

    def _needs(self) -> Iterable[frozenset[int]]:
        return {need for one in self.members.values() for need in one.needs}

    def _together(self) -> dict[int, int]:
        """One footing for all: every class of the cycle, and what it needs of others."""
        resting = _Resting(self.resolved, {one.release_class for one in self.members.values()})
        for need in self._needs():
            if need.isdisjoint(self.members):
                resting.on_one_of(self._outside(need))
        return dict.fromkeys(self.members, self.kept(resting.footing))

    def _outside(self, need: Iterable[int]) -> frozenset[int]:
        return frozenset(self.found[one] for one in need if one in self.found and one not in self.members)

    def _told_apart(self) -> dict[int, int]:
        """The kind of each member: those of one class that need the same kinds are of one kind."""
        kind = {number: one.release_class for number, one in self.members.items()}
        for _ in range(ROUNDS):
            looks = {
                number: (
                    one.release_class,
                    frozenset(
                        (frozenset(kind[x] for x in need if x in kind), self._outside(need))
                        for need in one.needs
                    ),
                )
                for number, one in self.members.items()
            }
            names = {look: name for name, look in enumerate(dict.fromkeys(looks.values()))}
            finer = {number: names[look] for number, look in looks.items()}
            if len(names) == len(set(kind.values())):
                self._kinds = {kind[number]: look for number, look in looks.items()}
                return kind
            kind = finer
        raise _Entangled

    def _unfold(self, kind: int, assumed: frozenset[int]) -> int:
        """The footing of a kind, where those `assumed` are taken to be open."""
        self._unfolded += 1
        if self._unfolded > UNFOLDED:
            raise _Entangled
        resting = _Resting(self.resolved)
        needed, wave, choices = {kind}, [kind], list[_Need]()
        while wave:
            release_class, needs = self._kinds[wave.pop()]
            resting.classes.add(release_class)
            for inside, outside in needs:
                if not inside:
                    resting.on_one_of(outside)
                elif len(inside) > 1 or outside:
                    choices.append((inside, outside))
                elif fresh := inside - needed - assumed:
                    needed |= fresh
                    wave += fresh
        opened = assumed | needed
        for inside, outside in choices:
            if inside.isdisjoint(opened):
                resting.on_one_of({*outside, *(self._unfold(one, opened) for one in sorted(inside))})
        return self.kept(resting.footing)


def components(edges: Mapping[T, Iterable[T]]) -> list[list[T]]:
    """The strongly connected components of a graph, each after all that it leads to (Tarjan 1972)."""
    order: dict[T, int] = {}
    low: dict[T, int] = {}
    stack: list[T] = []
    on_stack: set[T] = set()
    found: list[list[T]] = []
    for root in edges:
        if root in order:
            continue
        work = [(root, iter(edges[root]))]
        order[root] = low[root] = len(order)
        stack.append(root)
        on_stack.add(root)
        while work:
            node, targets = work[-1]
            for target in targets:
                if target not in order:
                    order[target] = low[target] = len(order)
                    stack.append(target)
                    on_stack.add(target)
                    work.append((target, iter(edges[target])))
                    break
                if target in on_stack:
                    low[node] = min(low[node], order[target])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                if low[node] == order[node]:
                    found.append(_popped(node, stack, on_stack))
    return found


def _popped(root: T, stack: list[T], on_stack: set[T]) -> list[T]:
    component: list[T] = []
    while True:
        node = stack.pop()
        on_stack.discard(node)
        component.append(node)
        if node == root:
            return component
