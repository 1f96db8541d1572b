"""Coverage-guided fuzzing of the parsers: `python -m tests.fuzz.guided RUNS [PARSER...]`.

Each parser gets a process of its own, for libFuzzer ends the one it runs in. It begins with the corpus of the
parser. An input that breaks it is printed and kept beside the corpus, where `test_parsers` finds it from then on.
"""

import json
import platform
import subprocess
import sys
from contextlib import redirect_stderr, suppress
from importlib import import_module
from importlib.util import find_spec
from io import StringIO
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

from tests.fuzz.mutations import changed

CORPUS = Path(__file__).parent / "corpus"
ONE = "--one"
SECONDS, MEGABYTES, LONGEST = 5, 1500, 4096
"""Of one input: how long it may take, how much memory, and its bytes."""
SEED, HALF = 2015, 0.5


def main(arguments: list[str]) -> int:
    """The exit status: how many parsers broke."""
    if find_spec("atheris") is None:
        print(
            f"There is no wheel of atheris for Python {platform.python_version()} on {platform.machine()}:"
            " the parsers are not fuzzed by coverage. Their corpora are tests all the same."
        )
        return 0
    if arguments[0] == ONE:
        _fuzz(*arguments[1:])
    runs, *named = arguments
    parsers = named or sorted(one.name for one in CORPUS.iterdir())
    return sum(_broke(parser, runs) for parser in parsers)


def _broke(parser: str, runs: str) -> bool:
    """Whether the parser broke in a process of its own, which says how."""
    print(f"{parser}: {runs} runs", flush=True)
    return (
        subprocess.run([sys.executable, "-m", __spec__.name, ONE, parser, runs], check=False).returncode != 0
    )


def _fuzz(parser: str, runs: str) -> None:
    """Never returns: libFuzzer ends the process."""
    atheris: Any = import_module("atheris")
    with redirect_stderr(StringIO()), atheris.instrument_imports(include=["opsroom"]):
        from tests.fuzz.parsers import PARSERS

    def mutated(raw: bytes, most: int, seed: int) -> bytes:
        """Half of the inputs are changed as JSON, where they are JSON: few others get past the first bracket."""
        chance = Random(seed)
        if chance.random() < HALF:
            with suppress(ValueError, RecursionError):
                return json.dumps(changed(chance, json.loads(raw))).encode()[:most]
        found: bytes = atheris.Mutate(raw, most)
        return found

    with TemporaryDirectory() as grown:
        options = [
            f"-runs={runs}",
            f"-seed={SEED}",
            f"-max_len={LONGEST}",
            f"-timeout={SECONDS}",
            f"-rss_limit_mb={MEGABYTES}",
            f"-artifact_prefix={CORPUS / parser}/",
            "-print_final_stats=1",
            "-verbosity=0",
        ]
        atheris.Setup(
            [parser, *options, grown, str(CORPUS / parser)], PARSERS[parser], custom_mutator=mutated
        )
        atheris.Fuzz()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
