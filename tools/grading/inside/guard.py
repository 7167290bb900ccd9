"""Limits of the process that runs a submission: they keep accidents in, not a determined attack.

| | Linux | macOS | Windows |
| memory | RLIMIT_AS, and looked at from outside | looked at | looked at |
| size of a file it writes | RLIMIT_FSIZE | RLIMIT_FSIZE | - |
| network | none there (unshare), where the system allows that; refused | refused | refused |
| other programs, files outside its folder | refused | refused | refused |

Refused is what Python itself is asked for, by an audit hook, which cannot be taken out again.
Processor time, memory and sleep are looked at by `apart`, which ends the process.
"""

import ctypes
import os
import sys
from pathlib import Path

FILE = 200 * 2**20  # bytes of a file that a submission writes
NEW_USER, NEW_NETWORK = 0x10000000, 0x40000000
PROGRAMS = ("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.startfile")
CONNECT = ("socket.connect", "socket.bind", "socket.getaddrinfo", "socket.sendto")
CHANGES = ("os.remove", "os.rename", "os.rmdir", "os.mkdir", "os.link", "os.symlink", "os.truncate")
CHANGES += ("os.chmod", "os.chown", "shutil.rmtree", "shutil.move")
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


def limit(size, seconds):
    """Let this process have `size` bytes of memory and `seconds` of work, and write no large file.

    The seconds are for the case that nobody looks any more.
    """
    try:
        import resource
    except ImportError:  # Windows
        return
    resource.setrlimit(resource.RLIMIT_FSIZE, (FILE, FILE))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    if sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_AS, (size, size))


def cut_network():
    """Leave the network, where the system allows it; this process must have one thread only."""
    if sys.platform != "linux":
        return
    user, group = os.getuid(), os.getgid()
    libc = ctypes.CDLL(None)
    if libc.unshare(NEW_USER | NEW_NETWORK) == 0:
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"{user} {user} 1")
        Path("/proc/self/gid_map").write_text(f"{group} {group} 1")
    else:
        libc.unshare(NEW_NETWORK)  # what root may do in a container that has no new users


def refuse(box, hidden):
    """Refuse network, programs, writing outside the folder `box`, and all of the `hidden` ones."""
    inside, hidden = _start(box), tuple(map(_start, hidden))
    devices = (os.devnull, "/dev/null", "/dev/tty")

    def hook(event, args):
        if event == "open":
            path, mode, flags = args
            if isinstance(path, int):
                return
            place = _start(path)
            if place.startswith(inside) or os.fsdecode(path) in devices:
                return
            if place.startswith(hidden):
                raise PermissionError(f"{os.fsdecode(path)} is not there for a notebook")
            if (flags or 0) & WRITING or set(mode or "") & set("wax+"):
                raise PermissionError(f"only files of its own folder are written: {path!r}")
        elif event in CHANGES:
            for path in args[:2]:
                if isinstance(path, (str, bytes)) and not _start(path).startswith(inside):
                    raise PermissionError(f"only files of its own folder are changed: {path!r}")
        elif event in PROGRAMS:
            raise PermissionError("no other program is started while a notebook is graded")
        elif event in CONNECT:
            raise PermissionError("there is no network while a notebook is graded")

    sys.addaudithook(hook)


def _start(path):
    """Return the real path, with a separator at its end, so that beginnings can be compared."""
    return os.path.join(os.path.realpath(os.fsdecode(path)), "")
