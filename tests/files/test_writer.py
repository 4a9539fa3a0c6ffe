import errno
import os
import shutil
import stat
import subprocess
import sys

import pytest

from neuroviz.core.slices import finished
from neuroviz.files.writer import FileError, check_writable, file_error, write_bytes, writing

NOT_ROOT = pytest.mark.skipif(
    hasattr(os, "geteuid") and os.geteuid() == 0, reason="permissions do not bind root"
)


def fail_with(number):
    """Make a function that fails as the system does."""

    def failing(*arguments, **named):
        raise OSError(number, os.strerror(number))

    return failing


def test_new_file_holds_the_bytes_and_has_the_mode_of_the_umask(tmp_path):
    """A new file holds exactly the bytes given, and may be read by whom the umask lets."""
    old = os.umask(0o027)
    try:
        written = write_bytes(tmp_path / "a.bin", b"\x00\r\n\xff")
    finally:
        os.umask(old)
    assert written.read_bytes() == b"\x00\r\n\xff"
    assert stat.S_IMODE(written.stat().st_mode) == 0o640


def test_existing_file_is_replaced_and_keeps_its_mode(tmp_path):
    """Writing over a file changes its contents and not who may read it."""
    path = tmp_path / "a.txt"
    path.write_bytes(b"a longer text of before")
    path.chmod(0o604)
    write_bytes(str(path), b"new")
    assert path.read_bytes() == b"new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o604


def test_empty_file(tmp_path):
    """No bytes make an empty file."""
    assert write_bytes(tmp_path / "empty", b"").stat().st_size == 0


def test_short_writes_are_continued(tmp_path, monkeypatch):
    """A system that takes a few bytes at a time gets all of them."""
    write = os.write
    monkeypatch.setattr(os, "write", lambda descriptor, data: write(descriptor, bytes(data[:3])))
    assert write_bytes(tmp_path / "a", b"0123456789").read_bytes() == b"0123456789"


@pytest.mark.parametrize("function", ["write", "fsync", "replace"])
def test_failure_leaves_the_old_file_and_no_other(tmp_path, monkeypatch, function):
    """A full disk at any moment leaves the old file whole and no temporary file."""
    path = tmp_path / "a.txt"
    path.write_bytes(b"old")
    monkeypatch.setattr(os, function, fail_with(errno.ENOSPC))
    with pytest.raises(FileError, match=r"a\.txt.*disk is full"):
        write_bytes(path, b"new")
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["a.txt"]


def test_bytes_that_do_not_arrive_are_noticed(tmp_path, monkeypatch):
    """A system that claims to have written and has not is not believed."""
    monkeypatch.setattr(os, "write", lambda descriptor, data: len(data))
    with pytest.raises(FileError, match="not all bytes"):
        write_bytes(tmp_path / "a", b"new")
    assert os.listdir(tmp_path) == []


def test_interrupt_leaves_the_old_file_and_no_other(tmp_path, monkeypatch):
    """Ctrl-C in the middle of writing passes on and leaves nothing behind."""

    def interrupted(*arguments):
        raise KeyboardInterrupt

    path = tmp_path / "a.txt"
    path.write_bytes(b"old")
    monkeypatch.setattr(os, "write", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_bytes(path, b"new")
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["a.txt"]


def test_folder_that_cannot_be_synchronised_is_no_failure(tmp_path, monkeypatch):
    """Where the system does not synchronise folders, the file is written all the same."""
    opened = os.open

    def refuse_folders(path, flags, *mode):
        return opened(path, flags, *mode) if flags & os.O_CREAT else fail_with(errno.EACCES)()

    monkeypatch.setattr(os, "open", refuse_folders)
    assert write_bytes(tmp_path / "a", b"new").read_bytes() == b"new"


@pytest.mark.parametrize("exists", [True, False])
def test_symbolic_link_stays_and_its_target_is_written(tmp_path, exists):
    """Writing to a link writes the file it points to, in that file's folder.

    Whether it exists or not.
    """
    (tmp_path / "elsewhere").mkdir()
    target = tmp_path / "elsewhere" / "target.txt"
    if exists:
        target.write_bytes(b"old")
    link = tmp_path / "link.txt"
    link.symlink_to(target)
    assert write_bytes(link, b"new") == target.resolve()
    assert link.is_symlink()
    assert target.read_bytes() == b"new"


@pytest.mark.skipif(not os.path.isdir("/dev/fd"), reason="descriptors have no paths elsewhere")
def test_a_pipe_that_has_no_name_is_called_one():
    """Not a folder that is missing, as its real path would tell: /dev/stdout is often one."""
    ends = os.pipe()
    with pytest.raises(FileError, match="a device or a pipe"):
        check_writable(f"/dev/fd/{ends[1]}")
    for end in ends:
        os.close(end)


def refused_paths(folder):
    """Give paths that cannot be written, each with words of the sentence that says why."""
    (folder / "file").write_bytes(b"kept")
    os.mkfifo(folder / "pipe")
    (folder / "circle").symlink_to(folder / "circle")
    return {
        "folder": (str(folder), "is a folder"),
        "slash": (f"{folder}/new/", "is a folder"),
        "empty": ("", "is a folder"),
        "device": ("/dev/null", "not a regular file"),
        "pipe": (str(folder / "pipe"), "not a regular file"),
        "missing folder": (str(folder / "none" / "a.txt"), "folder does not exist"),
        "below a file": (str(folder / "file" / "a.txt"), "not a folder"),
        "long name": (str(folder / ("a" * 300)), "name is too long"),
        "circle": (str(folder / "circle"), "form a circle"),
        "zero": (str(folder / "a\0b"), "zero character"),
    }


def test_of_a_folder_that_is_there_none_says_that_it_is_not(tmp_path):
    """The folders of /proc take no file, and the system says then that there is none."""
    said = FileNotFoundError(errno.ENOENT, "No such file or directory")
    assert "no file can be created in its folder" in str(file_error(tmp_path / "x.svg", said))
    assert "folder does not exist" in str(file_error(tmp_path / "none" / "x.svg", said))


CASES = [
    "folder",
    "slash",
    "empty",
    "device",
    "pipe",
    "missing folder",
    "below a file",
    "long name",
    "circle",
    "zero",
]


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("function", [check_writable, lambda path: write_bytes(path, b"new")])
def test_path_that_cannot_be_written_is_refused_in_one_sentence(tmp_path, case, function):
    """What is no regular file or has no folder is refused early and late.

    In one sentence with the path.
    """
    path, words = refused_paths(tmp_path)[case]
    before = sorted(os.listdir(tmp_path))
    with pytest.raises(FileError, match=words) as caught:
        function(path)
    sentence = str(caught.value)
    assert sentence.startswith(f"Cannot write {path!r}: ")
    assert sentence.endswith(".")
    assert "\n" not in sentence
    assert sorted(os.listdir(tmp_path)) == before


def test_path_that_can_be_written_is_not_touched_by_the_check(tmp_path):
    """The early check says where the file will be, and makes none."""
    assert check_writable(tmp_path / "a.txt") == (tmp_path / "a.txt").resolve()
    assert os.listdir(tmp_path) == []


@NOT_ROOT
def test_no_permission_is_refused(tmp_path):
    """A folder or a file that may not be written is refused before any work is done."""
    locked = tmp_path / "locked"
    locked.mkdir()
    read_only = tmp_path / "read_only"
    read_only.write_bytes(b"old")
    locked.chmod(0o500)
    read_only.chmod(0o400)
    try:
        for path in (locked / "a.txt", read_only):
            with pytest.raises(FileError, match="no permission"):
                check_writable(path)
    finally:
        locked.chmod(0o700)


@pytest.mark.skipif(not hasattr(os, "statvfs"), reason="there is no way to ask")
@pytest.mark.parametrize("function", [check_writable, lambda path: write_bytes(path, b"new")])
@pytest.mark.parametrize("name", ["new.txt", "old.txt"])
def test_a_read_only_file_system_is_called_that(tmp_path, monkeypatch, function, name):
    """Where nobody may write, permission is not what is missing."""
    (tmp_path / "old.txt").write_bytes(b"old")
    mounted = os.statvfs(tmp_path)
    read_only = os.statvfs_result((*mounted[:8], os.ST_RDONLY, *mounted[9:]))
    monkeypatch.setattr(os, "statvfs", lambda path: read_only)
    monkeypatch.setattr(os, "access", lambda path, mode: not mode & os.W_OK)
    with pytest.raises(FileError, match="the file system there is read-only; choose another place"):
        function(tmp_path / name)
    assert os.listdir(tmp_path) == ["old.txt"]


MOUNTED = """
import pathlib, subprocess, sys
from neuroviz.files.writer import FileError, check_writable
folder = pathlib.Path(sys.argv[1])
if subprocess.run(["mount", "-t", "tmpfs", "-o", "ro", "none", folder], \
capture_output=True).returncode:
    sys.exit("no mount")
try:
    check_writable(folder / "a.txt")
except FileError as error:
    print(error)
"""


@pytest.mark.skipif(not shutil.which("unshare"), reason="there are no mounts of one's own")
def test_a_real_read_only_mount_is_called_that(tmp_path):
    """A folder that is mounted read-only, whoever asks."""
    line = ["unshare", "--map-root-user", "--mount", sys.executable, "-c", MOUNTED, tmp_path]
    done = subprocess.run(line, capture_output=True, text=True, timeout=60, check=False)
    if done.returncode:
        pytest.skip(f"no mount of one's own here: {done.stderr}")
    assert "the file system there is read-only; choose another place" in done.stdout


CUT = """
import os, signal, sys
from neuroviz.files.writer import write_bytes
os.fsync = lambda descriptor: os.kill(os.getpid(), signal.SIGKILL)
write_bytes(sys.argv[1], b"cut")
"""


@pytest.mark.skipif(os.name != "posix", reason="Windows has no such kill")
def test_what_a_killed_process_left_is_removed_by_the_next_write(tmp_path):
    """Killed in mid-write it leaves the old file and a temporary one.

    The next write takes away.
    """
    path = tmp_path / "a.txt"
    path.write_bytes(b"old")
    subprocess.run([sys.executable, "-c", CUT, path], timeout=60, check=False)
    assert path.read_bytes() == b"old"
    assert len(os.listdir(tmp_path)) == 2
    write_bytes(tmp_path / "another.txt", b"new")
    assert sorted(os.listdir(tmp_path)) == ["a.txt", "another.txt"]


@pytest.mark.skipif(os.name != "posix", reason="Windows keeps a file that is open")
def test_what_a_living_process_writes_is_let_alone(tmp_path, monkeypatch):
    """Two that write to one folder at a time do not hinder each other."""
    replace = os.replace

    def other_first(temporary, target):
        monkeypatch.setattr(os, "replace", replace)
        write_bytes(tmp_path / "other.txt", b"other")
        replace(temporary, target)

    monkeypatch.setattr(os, "replace", other_first)
    write_bytes(tmp_path / "a.txt", b"new")
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {
        "a.txt": b"new",
        "other.txt": b"other",
    }


@pytest.mark.skipif(os.name != "posix", reason="Windows has no such locks")
def test_one_cleared_up_before_it_was_locked_is_made_again(tmp_path, monkeypatch):
    """Between making a file and locking it another process may take it for abandoned."""
    made = []

    def lock(descriptor, operation):
        if not made:
            made.append(*tmp_path.iterdir())
            made[0].unlink()

    monkeypatch.setattr("fcntl.flock", lock)
    assert write_bytes(tmp_path / "a.txt", b"new").read_bytes() == b"new"
    assert os.listdir(tmp_path) == ["a.txt"]


@pytest.mark.parametrize(
    "name", [".neuroviz-notes.tmp", ".neuroviz-0123456789abcdef.txt", "neuroviz.tmp"]
)
def test_files_of_others_stay(tmp_path, name):
    """Only a name that this program gives is removed, and no folder."""
    (tmp_path / name).write_bytes(b"mine")
    (tmp_path / ".neuroviz-0123456789abcdef.tmp").mkdir()
    write_bytes(tmp_path / "a.txt", b"new")
    assert sorted(os.listdir(tmp_path)) == sorted([name, ".neuroviz-0123456789abcdef.tmp", "a.txt"])


@pytest.mark.skipif(os.name != "posix", reason="locks of Unix")
def test_a_file_system_without_locks_is_written_all_the_same(tmp_path, monkeypatch):
    """There nothing is cleared up, since nobody can tell whose a file is."""
    left = tmp_path / ".neuroviz-0123456789abcdef.tmp"
    left.write_bytes(b"cut")
    monkeypatch.setattr("fcntl.flock", fail_with(errno.ENOLCK))
    assert write_bytes(tmp_path / "a.txt", b"new").read_bytes() == b"new"
    assert left.exists()


def test_a_file_is_written_in_slices_and_nothing_is_left_of_one_that_is_left_off(tmp_path):
    """Until the last slice the old file is there whole, and only then the new one."""
    path = tmp_path / "a.bin"
    path.write_bytes(b"old")
    parts = [b"x" * (9 * 2**20), b"", b"y"]
    slices = writing(path, parts)
    next(slices)
    assert path.read_bytes() == b"old"
    assert len(list(tmp_path.iterdir())) == 2
    slices.close()
    assert [found.name for found in tmp_path.iterdir()] == ["a.bin"]
    assert path.read_bytes() == b"old"
    assert finished(writing(path, parts)) == path
    assert path.read_bytes() == b"".join(parts)
    assert len(list(tmp_path.iterdir())) == 1
