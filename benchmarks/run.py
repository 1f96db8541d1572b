"""What `make bench` runs: rates beside their floor, and the time of answers with and without a hidden part."""

import sys

from benchmarks.hidden import hidden
from benchmarks.rates import rates

PARTS = {"rates": rates, "hidden": hidden}

if __name__ == "__main__":
    for name in sys.argv[1:] or PARTS:
        PARTS[name]()
