"""What offers rest on: footings of a set of offers that refer to one another, computed together.

1. An offer rests on its own class.
2. Of each id that it refers to, at least one copy that the poster sees must be open; a copy is open when
   one of the offers of its newest version is.
3. An older version rests on its newest version in the same way.
4. Offers on a cycle open together (greatest fixed point): they share the classes of the whole cycle.
   Inside a cycle a copy counts as the only one, which can narrow and never widens.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from opsroom.core.feed import Footing

NOBODY = 0
"""The class that no desk has a verdict on: what rests on it is closed to everybody."""


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
    for cycle in components(edges):
        members = frozenset(cycle)
        classes = {offers[number].release_class for number in cycle}
        alternatives: set[tuple[int, ...]] = set()
        for need in {need for number in cycle for need in offers[number].needs}:
            if need & members:
                continue
            options = sorted({found[number] for number in need if number in found})
            if not options:
                classes.add(NOBODY)
            elif len(options) == 1:
                classes.update(resolved[options[0]].classes)
                alternatives.update(resolved[options[0]].alternatives)
            else:
                alternatives.add(tuple(options))
        footing = Footing(tuple(sorted(classes)), tuple(sorted(alternatives)))
        number = intern(footing)
        resolved[number] = footing
        found.update(dict.fromkeys(cycle, number))
    return {number: found[number] for number in offers}


def components(edges: Mapping[int, Iterable[int]]) -> list[list[int]]:
    """The strongly connected components of a graph, each after all that it leads to (Tarjan 1972)."""
    order: dict[int, int] = {}
    low: dict[int, int] = {}
    stack: list[int] = []
    on_stack: set[int] = set()
    found: list[list[int]] = []
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


def _popped(root: int, stack: list[int], on_stack: set[int]) -> list[int]:
    component: list[int] = []
    while True:
        node = stack.pop()
        on_stack.discard(node)
        component.append(node)
        if node == root:
            return component
