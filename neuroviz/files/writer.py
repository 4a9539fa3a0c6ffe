"""The one way in which NeuroViz writes a file: all of it, or nothing at all."""

import errno
import os
import stat
from contextlib import suppress
from pathlib import Path

_NO_PERMISSION = "there is no permission to write there; choose a place of your own"
_DISK_FULL = "the disk is full; free some space or choose another disk"
_NO_FOLDER = "its folder does not exist; create the folder first or choose one that exists"
_REASONS = {
    errno.ENOENT: _NO_FOLDER,
    errno.ENOTDIR: "a part of the path is a file, not a folder; choose a folder that exists",
    errno.EACCES: _NO_PERMISSION,
    errno.EPERM: _NO_PERMISSION,
    errno.EROFS: "the file system there is read-only; choose another place",
    errno.ENOSPC: _DISK_FULL,
    errno.EDQUOT: "your quota of disk space is used up; free some space or choose another disk",
    errno.EFBIG: "it is larger than files may be there; choose another disk",
    errno.ENAMETOOLONG: "the name is too long; choose a shorter one",
    errno.ELOOP: "its symbolic links run in a circle; choose another name",
    errno.EISDIR: "it is a folder; give the name of a file",
}


class FileError(Exception):
    """A file cannot be written; its text is one sentence: the path, what is wrong and what would work."""


def check_writable(path: str | Path) -> Path:
    """Refuse a path that plainly cannot be written, before any work is done for it.

    Parameters
    ----------
    path : str or Path
        Where a file is to be written later.

    Returns
    -------
    Path
        The regular file meant, symbolic links followed; it need not exist yet.

    Raises
    ------
    FileError
        The folder is missing or not writable, or the path names a folder or anything but a regular file.
    """
    try:
        return _checked_target(path)
    except (OSError, ValueError) as error:
        raise _file_error(path, error) from error


def write_bytes(path: str | Path, data: bytes) -> Path:
    """Write a whole file or leave everything as it was.

    The bytes go to a temporary file in the same folder, which takes the place of the old one only when it is
    complete and on the disk. An existing file keeps its mode; a new one gets that of the umask. A symbolic
    link stays a link and its target is written.

    Parameters
    ----------
    path : str or Path
        The file to write; an existing regular file is replaced.
    data : bytes
        All of its contents.

    Returns
    -------
    Path
        The file written, symbolic links followed.

    Raises
    ------
    FileError
        Nothing was written; the sentence says why and what would work.
    """
    target = check_writable(path)
    # A name of our own, since one made of the target's could be too long.
    temporary = target.parent / f".neuroviz-{os.urandom(8).hex()}.tmp"
    try:
        _write_through(temporary, data)
        if target.exists():
            os.chmod(temporary, stat.S_IMODE(target.stat().st_mode))
        os.replace(temporary, target)
    except OSError as error:
        raise _file_error(path, error) from error
    finally:
        # After os.replace nothing is left by that name; on any failure, Ctrl-C too, this is the clean-up.
        with suppress(OSError):
            os.unlink(temporary)
    _sync_folder(target.parent)
    return target


def _checked_target(path: str | Path) -> Path:
    """Follow symbolic links and see that a regular file can be there."""
    target = Path(os.path.realpath(path))
    try:
        mode = os.stat(target).st_mode
    except FileNotFoundError:
        mode = None
    if (mode is not None and stat.S_ISDIR(mode)) or str(path).endswith("/") or not str(path):
        raise IsADirectoryError(errno.EISDIR, "is a folder")
    if mode is not None and not stat.S_ISREG(mode):
        raise ValueError("it is a device or a pipe, not a regular file; give the name of an ordinary file")
    if not stat.S_ISDIR(os.stat(target.parent).st_mode):
        raise NotADirectoryError(errno.ENOTDIR, "is not a folder")
    _check_access(target.parent, os.W_OK | os.X_OK)
    if mode is not None:
        # A file its owner made read-only is meant to stay, though replacing it would need the folder's mode only.
        _check_access(target, os.W_OK)
    return target


def _check_access(path: Path, mode: int) -> None:
    """Fail as writing there would: ``os.access`` does not say why it refuses."""
    if os.access(path, mode):
        return
    if hasattr(os, "statvfs") and os.statvfs(path).f_flag & os.ST_RDONLY:
        raise OSError(errno.EROFS, "read-only file system")
    raise PermissionError(errno.EACCES, "no permission")


def _write_through(temporary: Path, data: bytes) -> None:
    """Create the file, write every byte, count them, and wait until they are on the disk."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
    descriptor = os.open(temporary, flags, 0o666)  # the umask is applied by the system
    try:
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(descriptor, rest) :]
        os.fsync(descriptor)
        if os.fstat(descriptor).st_size != len(data):
            raise OSError(errno.EIO, "not all bytes arrived on the disk")
    finally:
        os.close(descriptor)


def _sync_folder(folder: Path) -> None:
    """Make the new name itself durable, where the system lets a folder be opened and synchronised."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _file_error(path: str | Path, error: OSError | ValueError) -> FileError:
    """Put what the system said into one sentence."""
    if isinstance(error, OSError):
        said = (error.strerror or str(error)).rstrip(".")
        reason = _REASONS.get(error.errno or 0, f"{said}; choose another place")
    elif "null" in str(error):
        reason = "a name cannot contain a zero character; choose another name"
    else:
        reason = str(error)
    return FileError(f"Cannot write {str(path)!r}: {reason}.")
