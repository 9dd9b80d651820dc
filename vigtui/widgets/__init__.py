"""Reusable parts of the screens. They get values down and send messages up; none asks for its parent or for the store."""
