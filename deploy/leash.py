"""exec a program so that it dies when its parent dies, even by SIGKILL; optionally as another account.

Run as `python -I -S leash.py PARENT SIGNAL UID GID program arguments…`; UID -1 keeps the account. It replaces itself,
so the pid the parent knows is the program's. The order is the point: changing the account clears the kernel's
parent-death signal, so it comes after; and a parent that died before prctl() never signals, so the parent's pid is
compared afterwards. Rejected: `preexec_fn` (runs Python between fork and exec), a watching thread in every child.
Only Linux has the signal; elsewhere the program is started without it.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def main(arguments: list[str]) -> None:
    parent, death_signal, uid, gid = (int(value) for value in arguments[:4])
    program = arguments[4:]
    prctl = getattr(ctypes.CDLL(None), "prctl", None)
    if uid >= 0:
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)
    if prctl is not None:
        prctl(PR_SET_PDEATHSIG, death_signal, 0, 0, 0)
    if os.getppid() != parent:
        sys.exit("the parent is gone already")
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # Python ignores it, and what is ignored stays so across exec
    signal.pthread_sigmask(signal.SIG_SETMASK, [])
    try:
        os.execv(program[0], program)
    except OSError as error:
        sys.exit(f"cannot run {program[0]}: {error.strerror}")


if __name__ == "__main__":
    main(sys.argv[1:])
