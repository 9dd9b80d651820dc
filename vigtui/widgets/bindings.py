"""From the command table to Textual's bindings."""

from textual.binding import Binding, BindingType

from vigtui.commands import Command, of


def binding(command: Command, *, priority: bool = False) -> Binding:
    """The binding of one command."""
    return Binding(
        command.keys,
        command.action,
        command.label,
        show=command.shown,
        tooltip=command.help,
        id=command.id,
        priority=priority,
    )


def bindings(*places: str) -> list[BindingType]:
    """The bindings of all commands of these places."""
    return [binding(command) for command in of(*places)]
