"""The way to a server that needs nothing but ssh, as it is typed."""

import shlex
from collections.abc import Iterator, Sequence

_FORWARDS = ("-L", "-R", "-D")
_OPTIONS_OF_FORWARDS = ("exitonforwardfailure", "localforward", "remoteforward", "dynamicforward")


def plain_way(host: str, words: Sequence[str] = ()) -> str:
    """A sentence with the two commands.

    Args:
        host: as ssh is told it, with or without a user.
        words: more arguments for ssh, from the user; forwards are left out, for where they fail this is to work.
    """
    typed = shlex.join(["ssh", *_without_forwards(words), host])
    return f"The plain way: `{typed}`, then `vigtui`; the film is then shown in the terminal."


def _without_forwards(words: Sequence[str]) -> Iterator[str]:
    rest = iter(words)
    for word in rest:
        value = next(rest, "") if word in (*_FORWARDS, "-o") else word[2:]
        if word.startswith("-o") and not value.lower().startswith(_OPTIONS_OF_FORWARDS):
            yield from ("-o", value)
        elif not word.startswith((*_FORWARDS, "-o")):
            yield word
