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

_NO_PERMISSION = "you have no permission to write there; choose a place of your own"
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
    errno.ELOOP: "its symbolic links form a circle; choose another name",
    errno.EISDIR: "it is a folder; give the name of a file",
}
_HEX_DIGITS = 16
_AT_ONCE = 2**22
"""Bytes that are written in one slice."""
_TEMPORARY = ".neuroviz-{}.tmp"
"""A name of our own, since one made from the target's could be too long."""


class FileError(Exception):
    """A file that cannot be read or written.

    The message is one sentence: the path, what is wrong and what would work.
    """


def check_writable(path: str | Path) -> Path:
    """Refuse a path that plainly cannot be written, before any work is done for it.

    Return the regular file meant, with symbolic links followed; it need not exist yet.

    Raises
    ------
    FileError
        If the folder is missing or not writable, or the path names a folder or anything but a
        regular file.
    """
    try:
        return _checked_target(path)
    except (OSError, ValueError) as error:
        raise file_error(path, error) from error


def write_bytes(path: str | Path, data: bytes) -> Path:
    """Write a whole file or leave everything as it was; this is :func:`writing` without slices."""
    return finished(writing(path, [data]))


def writing(path: str | Path, parts: Sequence[bytes]) -> Work[Path]:
    """Write a whole file or leave everything as it was, in slices.

    If it is abandoned, nothing is written. The bytes go to a temporary file in the same folder,
    which replaces the old one only when it is complete and on the disk. An existing file keeps its
    mode; a new one gets the mode of the umask. A symbolic link stays a link, and its target is
    written and returned. Temporary files that killed processes left there are removed.

    Raises
    ------
    FileError
        If nothing was written; the sentence says why and what would work.
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
            if sys.platform == "win32":  # where an open file cannot replace another
                while_open.close()
            os.replace(temporary, target)
    except OSError as error:
        raise file_error(path, error) from error
    finally:
        # After os.replace there is no such file; after any failure, including Ctrl-C,
        # this cleans up.
        with suppress(OSError):
            os.unlink(temporary)
    _sync_folder(target.parent)
    return target


def _checked_target(path: str | Path) -> Path:
    """Follow symbolic links and check that a regular file can be there."""
    target = Path(os.path.realpath(path))
    mode: int | None
    try:
        mode = os.stat(target).st_mode
    except FileNotFoundError:  # the real path of a pipe, as for /dev/stdout, does not exist
        mode = os.stat(path).st_mode if os.path.exists(path) else None
    if (mode is not None and stat.S_ISDIR(mode)) or str(path).endswith("/") or not str(path):
        raise IsADirectoryError(errno.EISDIR, "is a folder")
    if mode is not None and not stat.S_ISREG(mode):
        raise ValueError(
            "it is a device or a pipe, not a regular file; give the name of an ordinary file"
        )
    if mode is not None and _is_standard_output(target):
        raise ValueError("standard output goes there and would be lost; give another name")
    if not stat.S_ISDIR(os.stat(target.parent).st_mode):
        raise NotADirectoryError(errno.ENOTDIR, "is not a folder")
    _check_access(target.parent, os.W_OK | os.X_OK)
    if mode is not None:
        # A file that its owner made read-only is meant to stay,
        # although replacing it would only need permission for the folder.
        _check_access(target, os.W_OK)
    return target


def _is_standard_output(path: Path) -> bool:
    """Return whether a file is where a shell has sent standard output, as with > or /dev/stdout."""
    with suppress(OSError):  # standard output may be closed
        return os.path.samestat(os.stat(path), os.fstat(1))
    return False


def _check_access(path: Path, mode: int) -> None:
    """Raise the error that writing there would: ``os.access`` does not say why it refuses."""
    if os.access(path, mode):
        return
    if hasattr(os, "statvfs") and os.statvfs(path).f_flag & os.ST_RDONLY:
        raise OSError(errno.EROFS, "read-only file system")
    raise PermissionError(errno.EACCES, "no permission")


def _clear_up(folder: Path) -> None:
    """Remove temporary files of killed processes, but none that is still being written."""
    for path in folder.glob(_TEMPORARY.format("[0-9a-f]" * _HEX_DIGITS)):
        with suppress(OSError), ExitStack() as while_open:
            if sys.platform != "win32":  # on Windows, open files cannot be removed
                descriptor = os.open(path, os.O_RDWR | os.O_NOFOLLOW)
                while_open.callback(os.close, descriptor)
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            os.unlink(path)


def _create(temporary: Path) -> int:
    """Create a file that is locked while it is open, to distinguish it from an abandoned one."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    while True:
        descriptor = os.open(temporary, flags, 0o666)  # the umask is applied by the system
        if sys.platform != "win32":
            # Some file systems have no locks; abandoned files stay there.
            with suppress(OSError):
                fcntl.flock(descriptor, fcntl.LOCK_EX)
        if os.fstat(descriptor).st_nlink:
            return descriptor
        os.close(descriptor)  # another process removed it before it was locked


def _write_through(descriptor: int, parts: Sequence[bytes]) -> Work[None]:
    """Write every byte, wait until all are on the disk, and check their number."""
    for part in parts:
        rest = memoryview(part)
        while rest:
            rest = rest[os.write(descriptor, rest[:_AT_ONCE]) :]
            if rest:
                # In small pieces, since waiting for all of a large file would take long.
                os.fsync(descriptor)
                yield None
    os.fsync(descriptor)
    if os.fstat(descriptor).st_size != sum(map(len, parts)):
        raise OSError(errno.EIO, "not all bytes arrived on the disk")


def _sync_folder(folder: Path) -> None:
    """Make the new name itself durable, where the system allows a folder to be synchronised."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def file_error(path: str | Path, error: OSError | ValueError) -> FileError:
    """Put the system's error into one sentence."""
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
