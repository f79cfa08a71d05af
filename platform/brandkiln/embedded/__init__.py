"""Everything on one machine: servers and workers as child processes that never outlive their parent.

Imports neither Django nor any other part of the studio, so it can run before there are settings.
"""
