"""The one way in which NeuroViz writes a file: all of it, or nothing at all."""

import errno
import os
import stat
import sys
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from pathlib import Path

from neuroviz.core.slices import Work, finished

if sys.platform != "win32":
    import fcntl

_NO_PERMISSION = "there is no permission to write there; choose a place of your own"
_NO_FOLDER = "its folder does not exist; create the folder first or choose one that exists"
_NO_FILES = "no file can be created in its folder; choose another place"
_REASONS = {
    errno.ENOENT: _NO_FOLDER,
    errno.ENOTDIR: "a part of the path is a file, not a folder; choose a folder that exists",
    errno.EACCES: _NO_PERMISSION,
    errno.EPERM: _NO_PERMISSION,
    errno.EROFS: "the file system there is read-only; choose another place",
    errno.ENOSPC: "the disk is full; free some space or choose another disk",
    errno.EDQUOT: "your quota of disk space is used up; free some space or choose another disk",
    errno.EFBIG: "it is larger than files may be there; choose another disk",
    errno.ENAMETOOLONG: "the name is too long; choose a shorter one",
    errno.ELOOP: "its symbolic links run in a circle; choose another name",
    errno.EISDIR: "it is a folder; give the name of a file",
}
_HEX_DIGITS = 16
_AT_ONCE = 2**22
"""Bytes after which a slice ends."""
_TEMPORARY = ".neuroviz-{}.tmp"
"""A name of our own, since one made of the target's could be too long."""


class FileError(Exception):
    """A file cannot be written.

    Its text is one sentence: the path, what is wrong and what would work.
    """


def check_writable(path: str | Path) -> Path:
    """Refuse a path that plainly cannot be written, before any work is done for it.

    Return the regular file meant, symbolic links followed; it need not exist yet.

    Raises
    ------
    FileError
        The folder is missing or not writable,
        or the path names a folder or anything but a regular file.
    """
    try:
        return _checked_target(path)
    except (OSError, ValueError) as error:
        raise file_error(path, error) from error


def write_bytes(path: str | Path, data: bytes) -> Path:
    """Write a whole file or leave everything as it was, at once: :func:`writing` in one slice."""
    return finished(writing(path, [data]))


def writing(path: str | Path, parts: Sequence[bytes]) -> Work[Path]:
    """Write a whole file or leave everything as it was, in slices.

    Left off in their midst, nothing is written. The bytes go to a temporary file in the same
    folder, which takes the place of the old one only when it is complete and on the disk. An
    existing file keeps its mode; a new one gets that of the umask. A symbolic link stays a link,
    and its target is written and returned. Temporary files that killed processes left there are
    removed.

    Raises
    ------
    FileError
        Nothing was written; the sentence says why and what would work.
    """
    target = check_writable(path)
    _clear_up(target.parent)
    temporary = target.parent / _TEMPORARY.format(os.urandom(_HEX_DIGITS // 2).hex())
    try:
        with ExitStack() as while_open:
            descriptor = _create(temporary)
            while_open.callback(os.close, descriptor)
            yield from _write_through(descriptor, parts)
            if target.exists():
                os.chmod(temporary, stat.S_IMODE(target.stat().st_mode))
            if sys.platform == "win32":  # where no file is replaced by an open one
                while_open.close()
            os.replace(temporary, target)
    except OSError as error:
        raise file_error(path, error) from error
    finally:
        # After os.replace nothing is left by that name; on any failure, Ctrl-C too,
        # this is the clean-up.
        with suppress(OSError):
            os.unlink(temporary)
    _sync_folder(target.parent)
    return target


def _checked_target(path: str | Path) -> Path:
    """Follow symbolic links and see that a regular file can be there."""
    target = Path(os.path.realpath(path))
    mode: int | None
    try:
        mode = os.stat(target).st_mode
    except FileNotFoundError:  # which a pipe is by its real path, as of /dev/stdout
        mode = os.stat(path).st_mode if os.path.exists(path) else None
    if (mode is not None and stat.S_ISDIR(mode)) or str(path).endswith("/") or not str(path):
        raise IsADirectoryError(errno.EISDIR, "is a folder")
    if mode is not None and not stat.S_ISREG(mode):
        raise ValueError(
            "it is a device or a pipe, not a regular file; give the name of an ordinary file"
        )
    if not stat.S_ISDIR(os.stat(target.parent).st_mode):
        raise NotADirectoryError(errno.ENOTDIR, "is not a folder")
    _check_access(target.parent, os.W_OK | os.X_OK)
    if mode is not None:
        # A file its owner made read-only is meant to stay,
        # though replacing it would need the folder's mode only.
        _check_access(target, os.W_OK)
    return target


def _check_access(path: Path, mode: int) -> None:
    """Fail as writing there would: ``os.access`` does not say why it refuses."""
    if os.access(path, mode):
        return
    if hasattr(os, "statvfs") and os.statvfs(path).f_flag & os.ST_RDONLY:
        raise OSError(errno.EROFS, "read-only file system")
    raise PermissionError(errno.EACCES, "no permission")


def _clear_up(folder: Path) -> None:
    """Remove the temporary files of processes that were killed, none that is still written."""
    for path in folder.glob(_TEMPORARY.format("[0-9a-f]" * _HEX_DIGITS)):
        with suppress(OSError), ExitStack() as while_open:
            if sys.platform != "win32":  # there no open file is removed
                descriptor = os.open(path, os.O_RDWR | os.O_NOFOLLOW)
                while_open.callback(os.close, descriptor)
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            os.unlink(path)


def _create(temporary: Path) -> int:
    """Create a file that is locked as long as it is open, which tells it from an abandoned one."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    while True:
        descriptor = os.open(temporary, flags, 0o666)  # the umask is applied by the system
        if sys.platform != "win32":
            # Some file systems know no locks: there nothing can be cleared up.
            with suppress(OSError):
                fcntl.flock(descriptor, fcntl.LOCK_EX)
        if os.fstat(descriptor).st_nlink:
            return descriptor
        os.close(descriptor)  # somebody cleared it up before it was locked


def _write_through(descriptor: int, parts: Sequence[bytes]) -> Work[None]:
    """Write every byte, count them, and wait until they are on the disk."""
    for part in parts:
        rest = memoryview(part)
        while rest:
            rest = rest[os.write(descriptor, rest[:_AT_ONCE]) :]
            if rest:
                # A little at a time: to wait for all of a long file would take long.
                os.fsync(descriptor)
                yield None
    os.fsync(descriptor)
    if os.fstat(descriptor).st_size != sum(map(len, parts)):
        raise OSError(errno.EIO, "not all bytes arrived on the disk")


def _sync_folder(folder: Path) -> None:
    """Make the new name itself durable.

    Where the system lets a folder be opened and synchronised.
    """
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def file_error(path: str | Path, error: OSError | ValueError) -> FileError:
    """Put what the system said into one sentence."""
    if isinstance(error, OSError):
        said = (error.strerror or str(error)).rstrip(".")
        reason = _REASONS.get(error.errno or 0, f"{said}; choose another place")
        if reason == _NO_FOLDER and os.path.isdir(os.path.dirname(os.path.realpath(path))):
            reason = _NO_FILES
    elif "null" in str(error):
        reason = "a name cannot contain a zero character; choose another name"
    else:
        reason = str(error)
    return FileError(f"Cannot write {str(path)!r}: {reason}.")
