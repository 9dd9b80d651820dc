"""Loggers that say nothing."""

import logging


def silent_logger(name: str) -> logging.Logger:
    """A logger for a library that would log requests: their addresses are secret, and the terminal is the app's."""
    logger = logging.getLogger(name)
    logger.addHandler(logging.NullHandler())
    logger.propagate = False
    return logger
