"""What the command says to its user instead of a traceback."""


class CommandError(Exception):
    """Something asked of the command cannot be done; the message names what was looked for, and the remedy. Exit code 2."""
