"""Reads what is known of a search from standard input as JSON, and writes what to do next."""

import json
import sys

from generators.search.study import advise

if __name__ == "__main__":
    json.dump(advise(json.load(sys.stdin)), sys.stdout)
