"""One ssh connection to the server, by the user's own client and configuration, and what runs through it.

The first ssh, the master, asks for whatever has to be asked for, and runs the far side's greeting for as long as the connection
is wanted: it ends when its standard input does, so nothing stays on the server however this program ends. The forwards and the
session with the terminal go through the master and ask nothing again. Its control socket lies in a private folder.
"""

import asyncio
import contextlib
import os
import sys
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

from vigtui.domain.errors import VigError
from vigtui.domain.record import clean
from vigtui.laptop.plain_way import plain_way

END_LIMIT = 3.0
"""Seconds until an ssh that was told to end is killed."""
FORWARD_LIMIT = 30.0
"""Seconds within which the server has answered whether it forwards."""
LINE_ENDED = 255
"""What ssh itself ends with when the connection does."""
_ALIVE = ("-o", "ServerAliveInterval=3", "-o", "ServerAliveCountMax=3", "-o", "ConnectTimeout=20")
"""A line from which nothing comes for nine to twelve seconds has broken; one that hangs for a moment is mostly back sooner."""
_NO_ANSWER = "no answer"
_THROUGH = (
    *("-o", "ControlMaster=no", "-o", "RemoteCommand=none", "-o", "ClearAllForwardings=yes", "-o", "LogLevel=ERROR"),
    # Only through the master: where it has gone, no second connection is tried behind the user's back.
    *("-o", "ProxyJump=none", "-o", "ProxyCommand=false"),
)


class TunnelError(VigError):
    """The connection cannot be made as it is needed."""

    summary = "The server cannot be reached."
    remedy = "Nothing was changed."


class Tunnel:
    """A connection to one server.

    Args:
        host: as ssh is told it, with or without a user.
        words: more arguments for ssh, from the user.
        room: the private folder for the control socket.
    """

    def __init__(self, host: str, words: Sequence[str], room: Path) -> None:
        self.host = host
        self._words = list(words)
        self._control = room / "line"
        self._master: asyncio.subprocess.Process | None = None
        self._listening: asyncio.Task[None] | None = None
        self._aloud = True

    async def open(self, command: str) -> None:
        """Connect, and run a command on the far side that lasts as long as the connection; ssh asks on the terminal.

        Raises:
            TunnelError: ssh is not installed.
        """
        with contextlib.suppress(FileNotFoundError):
            self._control.unlink()
        options = ("-M", "-T", "-S", str(self._control), "-o", "ControlPersist=no", "-o", "RemoteCommand=none")
        words = [*self._words, *options, "-o", "StreamLocalBindUnlink=yes", *_ALIVE, "--", self.host, command]
        try:
            self._master = await asyncio.create_subprocess_exec(
                "ssh",
                *words,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
                start_new_session=False,  # a password is asked for on this terminal
            )
        except FileNotFoundError as fault:
            raise TunnelError("ssh is not installed on this laptop.", "Install the package openssh-client.") from fault
        self._listening = asyncio.create_task(self._listen(self._master))

    async def lines(self) -> AsyncIterator[str]:
        """What the far command prints, line by line, to its end."""
        while self._master and self._master.stdout and (line := await self._master.stdout.readline()):
            yield line.decode(errors="replace")

    async def ended(self) -> int:
        """Wait until the far command has ended; its exit code, or `LINE_ENDED`."""
        if self._master is None or self._listening is None:
            return LINE_ENDED
        await self._listening
        return await self._master.wait()

    async def forward(self, way: str, listening: str, leading_to: str) -> None:
        """Forward a Unix socket.

        Args:
            way: `-L` to have it listen here, `-R` on the far side.
            listening: path of the socket that is made.
            leading_to: path of the socket at the other end.

        Raises:
            TunnelError: the server does not allow it.
        """
        self._aloud = False
        code, said = await self._control_it("forward", way, f"{listening}:{leading_to}")
        if code and (said == _NO_ANSWER or self._master is None or self._master.returncode is not None):
            raise TunnelError(
                f"The line to {self.host} broke off before anything began.", "Nothing was changed. Try again."
            )
        if code:
            raise TunnelError(
                f"{self.host} does not allow sockets to be forwarded{f' ({said})' if said else ''}.",
                f"{plain_way(self.host, self._words)} Or ask who runs the server to set AllowStreamLocalForwarding yes.",
            )

    async def session(self, command: str) -> int:
        """Run a command on the far side with this terminal, to its end; its exit code, `LINE_ENDED` where the line broke."""
        words = [*self._through(), *_THROUGH, "-tt", "--", self.host, command]
        process = await asyncio.create_subprocess_exec(
            *words,
            stdin=None,  # the terminal is what this is about
            start_new_session=False,
        )
        try:
            return await process.wait()
        finally:
            if process.returncode is None:
                process.terminate()
                await process.wait()

    async def close(self) -> None:
        """End the connection with all that goes through it."""
        master, self._master = self._master, None
        if master is not None and master.returncode is None:
            if master.stdin is not None:
                master.stdin.close()
            master.terminate()
            try:
                async with asyncio.timeout(END_LIMIT):
                    await master.wait()
            except TimeoutError:
                master.kill()
                await master.wait()
        if self._listening is not None:
            await self._listening
        with contextlib.suppress(FileNotFoundError):
            self._control.unlink()

    def _through(self) -> list[str]:
        """The beginning of an ssh through the master. Of the user's words only the configuration file, which names the host."""
        words = ["ssh"]
        if "-F" in self._words[:-1]:
            words += ["-F", self._words[self._words.index("-F") + 1]]
        return [*words, "-S", str(self._control)]

    async def _control_it(self, *words: str) -> tuple[int, str]:
        """Tell the master something; the exit code and the last that was said."""
        process = await asyncio.create_subprocess_exec(
            *self._through(),
            "-O",
            *words,
            "--",
            self.host,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
            start_new_session=True,
        )
        try:
            async with asyncio.timeout(FORWARD_LIMIT):
                _, said = await process.communicate()
        except TimeoutError:
            process.kill()
            await process.wait()
            return LINE_ENDED, _NO_ANSWER
        lines = said.decode(errors="replace").strip().splitlines()
        return process.returncode or 0, lines[-1][:200] if lines else ""

    async def _listen(self, master: asyncio.subprocess.Process) -> None:
        """Pass on what ssh says, until the far side has the terminal."""
        while master.stderr is not None and (line := await master.stderr.readline()):
            if self._aloud:
                sys.stderr.write(clean(line.decode(errors="replace")).rstrip() + os.linesep)
