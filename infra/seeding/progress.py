"""One line that says how far it is, how fast, and how long it will still take."""

import time
from collections.abc import Callable
from typing import TextIO


class Progress:
    """`  41,250 of 100,000 (41 %)   2,310/s   25 s left`, written over itself on a terminal."""

    def __init__(
        self,
        out: TextIO,
        total: int,
        *,
        begun_at: int = 0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._out = out
        self._total = total
        self._first = begun_at
        self._clock = clock
        self._began = clock()
        self._done = begun_at

    def show(self, done: int) -> None:
        """So many are written in all."""
        self._done = done
        self._write(self._said())

    def end(self, how: str) -> None:
        """The last line, which stays."""
        self._write(f"{self._said()}   {how}")
        self._out.write("\n")
        self._out.flush()

    def _said(self) -> str:
        passed = self._clock() - self._began
        rate = (self._done - self._first) / passed if passed > 0 else 0.0
        percent = 100 * self._done // self._total if self._total else 100
        said = f"{self._done:>9,} of {self._total:,} ({percent} %)"
        if not rate:
            return said
        return f"{said}   {rate:,.0f}/s   {(self._total - self._done) / rate:,.0f} s left"

    def _write(self, line: str) -> None:
        end = "\r\x1b[K" if self._out.isatty() else ""
        self._out.write(f"{end}{line}" if end else f"{line}\n")
        self._out.flush()
