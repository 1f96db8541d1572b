"""The index: ranges of terms by code point, on the shelves asked for and no other."""

from opsroom.ports import Store

PUT = {1: {"w:apple": 4, "w:apples": 1}, 2: {"w:apple": 1, "w:\u00e4pfel": 2}, 3: {"w:\U0001f34e": 1}}


def test_what_is_put_is_found_by_range(store: Store) -> None:
    with store.writing() as unit:
        unit.terms.put("r", "f1", PUT)
    with store.reading() as view:
        assert view.terms.between("r", ["f1"], "w:apple", "w:apple\0") == [
            ("w:apple", 1, 4),
            ("w:apple", 2, 1),
        ]
        assert view.terms.between("r", ["f1"], "w:apple", "w:applf") == [
            ("w:apple", 1, 4),
            ("w:apple", 2, 1),
            ("w:apples", 1, 1),
        ]
        assert view.terms.between("r", ["f1"], "w:a", "w:apple") == []


def test_terms_compare_by_code_point(store: Store) -> None:
    with store.writing() as unit:
        unit.terms.put("r", "f1", PUT | {4: {"w:Apple": 1, "w:\uffee": 1}})
    with store.reading() as view:
        found = view.terms.between("r", ["f1"], "w:", "x")
        assert [term for term, *_ in found] == sorted(term for term, *_ in found)
        assert view.terms.between("r", ["f1"], "w:APPLE", "w:APPLE\0") == []
        above = view.terms.between("r", ["f1"], "w:\uffef", "w:\U0010ffff")
        assert above == [("w:\U0001f34e", 3, 1)]


def test_rooms_and_shelves_are_apart(store: Store) -> None:
    with store.writing() as unit:
        unit.terms.put("r", "f1", {1: {"w:x": 1}})
        unit.terms.put("r", "f2", {2: {"w:x": 1}})
        unit.terms.put("r", "m:alfa", {3: {"w:x": 1}})
        unit.terms.put("s", "f1", {4: {"w:x": 1}})
    with store.reading() as view:
        assert [item for _, item, _ in view.terms.between("r", ["f1", "m:alfa"], "w:", "x")] == [1, 3]
        assert view.terms.between("r", [], "w:", "x") == []
        many = [f"f{number}" for number in range(3_000)]
        assert [item for _, item, _ in view.terms.between("r", many, "w:", "x")] == [1, 2]


def test_put_again_replaces_and_drop_takes_away(store: Store) -> None:
    with store.writing() as unit:
        unit.terms.put("r", "f1", PUT)
        unit.terms.put("r", "f1", {1: {"w:apple": 2}})
        unit.terms.drop("r", "f1", {2: PUT[2], 9: ["w:apple"], 1: ["w:apples", "w:pear"]})
        unit.terms.drop("r", "f2", {3: PUT[3]})
        unit.terms.drop("s", "f1", {3: PUT[3]})
    with store.reading() as view:
        assert view.terms.between("r", ["f1"], "", "z") == [("w:apple", 1, 2), ("w:\U0001f34e", 3, 1)]


def test_many_terms_are_found_at_once(store: Store) -> None:
    with store.writing() as unit:
        unit.terms.put("r", "f1", PUT)
        unit.terms.put("r", "f2", {4: {"w:apple": 1}})
        unit.terms.put("s", "f1", {5: {"w:apple": 1}})
    with store.reading() as view:
        many = ["w:apple", "w:\U0001f34e", *(f"w:{number}" for number in range(3_000)), "w:apple"]
        shelves = ["f1", *(f"f{number}" for number in range(3, 2_000))]
        assert view.terms.under("r", shelves, many) == [
            ("w:apple", 1, 4),
            ("w:apple", 2, 1),
            ("w:\U0001f34e", 3, 1),
        ]
        assert view.terms.under("r", [], many) == []
        assert view.terms.under("r", shelves, []) == []
