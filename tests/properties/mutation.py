"""Plants a bug in the rule for the length of a test: one piece of a module's source is replaced.

The module is compiled anew with the other text, and every function of the original runs the other code
meanwhile, so that whoever imported it meets the bug.
"""

import inspect
from collections.abc import Iterator
from contextlib import contextmanager
from types import FunctionType, ModuleType


@contextmanager
def planted(module: ModuleType, original: str, mutant: str) -> Iterator[None]:
    """The module with `mutant` where its source says `original`, which must stand there exactly once."""
    source = inspect.getsource(module)
    if source.count(original) != 1:
        raise AssertionError(f"{module.__name__} says {source.count(original)} times: {original}")
    other = ModuleType(module.__name__)
    exec(compile(source.replace(original, mutant), f"{module.__name__} (mutant)", "exec"), other.__dict__)
    functions, others = _functions(module), _functions(other)
    sound = {name: function.__code__ for name, function in functions.items()}
    try:
        for name, function in functions.items():
            function.__code__ = others[name].__code__
        yield
    finally:
        for name, function in functions.items():
            function.__code__ = sound[name]


def _functions(module: ModuleType) -> dict[str, FunctionType]:
    """The functions, methods and properties that a module defines, by qualified name; not generated ones."""
    found = list(vars(module).values())
    for one in list(found):
        if inspect.isclass(one) and one.__module__ == module.__name__:
            found += [getattr(member, "fget", None) or member for member in vars(one).values()]
    return {
        one.__qualname__: one
        for one in found
        if isinstance(one, FunctionType)
        and one.__module__ == module.__name__
        and one.__code__.co_freevars == ()
    }
