"""Becomes another program that is told to end when its parent dies; run as a script, never imported.

`python -I -S tether.py PARENT SIGNAL UID GID COMMAND…` keeps its process id over the change. UID and GID are -1 where
the user stays. It starts as the parent's user, because Python itself may lie where the other user cannot enter.
"""

import ctypes
import os
import sys

PR_SET_PDEATHSIG = 1  # linux/prctl.h


def main(parent: int, signal: int, uid: int, gid: int, command: list[str]) -> None:
    """Drop to the user, tie our life to the parent's, and become the command."""
    if uid >= 0:
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)
    if sys.platform == "linux":  # after setuid, which would clear it
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal, 0, 0, 0)
    if os.getppid() != parent:
        sys.exit("the parent died before its server started")
    os.umask(0o077)
    os.execv(command[0], command)  # noqa: S606


if __name__ == "__main__":
    main(*(int(word) for word in sys.argv[1:5]), command=sys.argv[5:])
