"""Functions for the worker tests: they must be importable in another process."""

import os
import time


def sleep(seconds, post):
    post("begun")
    time.sleep(seconds)
    return seconds


def spin(post):
    post(1)
    while True:
        pass


def fail(post):
    raise ValueError("on purpose")


def die(post):
    os._exit(7)


def shout(post):
    print("printed by a call")
    return "quiet"


def identity(value, post):
    return value
