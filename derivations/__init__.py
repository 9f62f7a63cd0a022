"""The articles as runnable scripts, the `derive` command over them, and the pages that it writes.

Each script of this package ends in a module-level `result`. Nothing is loaded here: `derive list` must start at once.
"""
