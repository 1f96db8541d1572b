"""Agreement files as people write them: YAML, read without surprises.

Duplicate keys are refused, timestamps stay text, aliases are refused (a file of some lines must not become
gigabytes), and an error names its line.
"""

from collections.abc import Hashable
from pathlib import Path
from typing import Any, ClassVar

import yaml

from opsroom.errors import Malformed, NotFound

LARGEST = 5_000_000
"""Bytes."""


class _PlainLoader(yaml.SafeLoader):
    """The safe loader, minus dates and aliases."""

    yaml_implicit_resolvers: ClassVar = {  # type: ignore[misc]
        first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }

    def compose_node(self, parent: "yaml.Node | None", index: int) -> "yaml.Node | None":
        """Refuses aliases."""
        if self.check_event(yaml.AliasEvent):
            event = self.peek_event()  # type: ignore[no-untyped-call]
            raise yaml.MarkedYAMLError(
                problem="aliases are not taken; write it out", problem_mark=event.start_mark
            )
        return super().compose_node(parent, index)

    def construct_object(self, node: "yaml.Node", deep: bool = False) -> Any:
        """Names the place of a scalar that is not what its tag says (`!!int x`), or too long for a number."""
        try:
            return super().construct_object(node, deep=deep)
        except (ValueError, LookupError, AttributeError) as error:
            kind = node.tag.rpartition(":")[2]
            raise yaml.MarkedYAMLError(
                problem=f"this cannot be read as {kind}", problem_mark=node.start_mark
            ) from error

    def construct_mapping(self, node: "yaml.MappingNode", deep: bool = False) -> dict[Hashable, Any]:
        """Refuses a key that stands twice."""
        seen: set[object] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if not isinstance(key, Hashable) or key in seen:
                raise yaml.MarkedYAMLError(
                    problem=f'the key "{key}" stands twice', problem_mark=key_node.start_mark
                )
            seen.add(key)
        return super().construct_mapping(node, deep=deep)


def read_yaml(path: Path) -> object:
    """What a YAML (or JSON) file says."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise NotFound(f"{path} cannot be read: {error.strerror}") from error
    return parse_yaml(data, str(path))


def parse_yaml(data: bytes, name: str) -> object:
    """What YAML text says; `name` names it in errors."""
    if len(data) > LARGEST:
        raise Malformed(f"{name} is larger than {LARGEST} bytes")
    try:
        return yaml.load(data.decode(), _PlainLoader)
    except UnicodeDecodeError as error:
        raise Malformed(f"{name} is not UTF-8 text") from error
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        place = f"{name}, line {mark.line + 1}, column {mark.column + 1}" if mark else name
        raise Malformed(f"{place}: {error.problem}") from error
    except (yaml.YAMLError, RecursionError) as error:
        raise Malformed(f"{name} is not YAML: {error}") from error
