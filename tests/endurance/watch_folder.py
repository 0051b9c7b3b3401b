# SPDX-License-Identifier: GPL-3.0-or-later
"""What happens in the output folder of a run, as it happens: events of inotify(7)."""

import ctypes
import os
import select
import struct
import time

_LIBC = ctypes.CDLL(None, use_errno=True)
_MODIFY, _MOVED_TO, _CREATE = 0x2, 0x80, 0x100
_HEAD = struct.Struct("iIII")  # watch, mask, cookie, length of the name


class FolderWatch:
    """Events of an output folder, of its checkpoint/ from when that is made, and of one log."""

    def __init__(self, folder, log):
        self.folder = folder
        self.log = log
        self.handle = _LIBC.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC)
        self.names = {}
        self.events = []
        self._add(folder, "", _CREATE | _MOVED_TO)
        self._add(log, "log", _MODIFY)
        self._look_for_checkpoint()

    def _add(self, path, name, mask):
        number = _LIBC.inotify_add_watch(self.handle, os.fsencode(path), mask)
        if number >= 0:
            self.names[number] = name
        return number >= 0

    def _look_for_checkpoint(self):
        path = os.path.join(self.folder, "checkpoint")
        return os.path.isdir(path) and self._add(path, "checkpoint/", _CREATE | _MOVED_TO)

    def samples(self):
        """Names of the finished samples."""
        try:
            names = os.listdir(os.path.join(self.folder, "checkpoint"))
        except FileNotFoundError:
            return []
        return [name for name in names if name.startswith("sample_")]

    def text(self):
        """What the run has said."""
        with open(self.log, encoding="utf-8", errors="replace") as file:
            return file.read()

    def wait(self, happened, seconds, is_over):
        """Until happened(name of a new file, or "log") is true; false when the run is over first."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            while self.events:
                if happened(self.events.pop(0)):
                    return True
            ready, _, _ = select.select([self.handle], [], [], 0.05)
            if ready:
                self._read_events()
            elif is_over():
                return False
        raise TimeoutError("nothing happened")

    def _read_events(self):
        data, at = os.read(self.handle, 1 << 16), 0
        while at < len(data):
            number, _, _, length = _HEAD.unpack_from(data, at)
            name = data[at + _HEAD.size:at + _HEAD.size + length].rstrip(b"\0").decode()
            at += _HEAD.size + length
            name = self.names.get(number, "") + name
            if name == "checkpoint":
                self._look_for_checkpoint()
            self.events.append(name)

    def close(self):
        os.close(self.handle)
