"""vigtui: a keyboard-driven companion for Video Interaction Guidance."""

__version__ = "0.1.0"
