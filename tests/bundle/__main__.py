"""Make a frozen bundle and try it: ``python -m tests.bundle [--keep FOLDER] [--root FOLDER]``.

PyInstaller makes it in a fresh environment with torch's CPU build; both are left in a temporary
folder, or in that of --keep, and nothing in the repository. It is tried with no program on PATH;
with --root, the folder of a system that debootstrap has made, inside that, where no Python is (as
root, and with /proc mounted in it). Takes some fifteen minutes and 4 GB.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MOST_BYTES = 600 * 10**6
"""Unpacked; of these torch's libtorch_cpu.so alone has 363 million."""
_WITHOUT = (
    *("tkinter", "IPython", "pytest", "torchvision", "functorch"),
    *("sympy", "networkx", "fsspec", "jinja2", "mpmath"),
    *("setuptools", "_distutils_hack", "distutils"),
    *("numpy.f2py", "PIL._avif", "sqlite3"),
    *("PySide6.QtNetwork", "PySide6.QtTest", "PySide6.QtOpenGL", "PySide6.QtOpenGLWidgets"),
)
"""What some part would take in if it is there: what only torch's compilers use, the network, and
pictures and fonts of kinds that the program does not write."""
_OF_TORCH = """
import inspect, json, pathlib, sys
read = set()
finding = inspect.findsource
def findsource(thing):
    read.add(inspect.getsourcefile(thing))
    return finding(thing)
inspect.findsource = findsource
import neuroviz, torch
neuroviz.train("xor", hidden=2, epochs=2)
neuroviz.sweep("xor", hidden=2, epochs=2)
neuroviz.curvature("xor", hidden=2)
root = pathlib.Path(torch.__file__).parent
there = {
    (*path.parent.relative_to(root.parent).parts, *[path.stem][path.stem == "__init__":])
    for path in root.rglob("*.py")
}
loaded = {tuple(name.split(".")) for name in sys.modules if name.startswith("torch")}
kept = {name[:length] for name in loaded for length in range(len(name) + 1)}
unused = [".".join(name) for name in there if name not in kept and name[:-1] in kept]
sources = [str(path.relative_to(root.parent)) for path in map(pathlib.Path, read)]
print(json.dumps([unused, sources]))
"""
"""Prints the modules and packages of torch that the program does not load, two thirds of all, and
the files of which torch reads the source."""
_BY_NAME = [f"matplotlib.backends.backend_{kind}" for kind in ("agg", "pdf", "svg")]
"""Imported by a name that is made, where PyInstaller does not see it."""
_UNUSED = (
    *("torch/bin/protoc*", "torch/**/*.py", "*.dist-info/RECORD"),
    *("matplotlib/mpl-data/sample_data/*", "matplotlib/mpl-data/fonts/[!t]*/*"),
    *(f"matplotlib/mpl-data/fonts/ttf/{name}*" for name in ("STIX", "cm", "DejaVuSerif")),
    *(f"PySide6/Qt/{name}/*" for name in ("translations", "plugins/egldeviceintegrations")),
    *(f"PySide6/Qt/plugins/platforms/libq{name}*" for name in ("eglfs", "linuxfb", "vkk", "vnc")),
    # With the desktop's own GTK beside another GLib from here it would crash; portals need none.
    "PySide6/Qt/plugins/platformthemes/libqgtk3*",
    *("PySide6/Qt/plugins/generic/libqtuiotouch*", "PySide6/Qt/plugins/imageformats/libqtiff*"),
)
"""Files that the program never reads, but for the sources that torch does."""
_OPENED = ("libpython", "libdbus")
"""Libraries that are opened by name, so that none says that it needs them."""
_STARTS = {
    ".png": b"\x89PNG",
    ".pdf": b"%PDF",
    ".svg": b"<?xml",
    ".gif": b"GIF89a",
    ".html": b"<!doctype html>",
    ".ipynb": b"{",
}
_QUIET = "This plugin does not support"
"""Said by Qt's offscreen platform of what it cannot do."""


def build(folder: Path) -> Path:
    """Make the bundle in a folder, and return its own folder."""
    environment = folder / "environment"
    python = environment / "bin" / "python"
    if not python.exists():
        _do(sys.executable, "-m", "venv", environment)
        cpu = ("--index-url", "https://download.pytorch.org/whl/cpu", "--no-deps", "--retries", "0")
        if subprocess.run([python, "-m", "pip", "install", *cpu, "torch"], check=False).returncode:
            print("pytorch.org gave no CPU build: taking what pip has", flush=True)
    _do(python, "-m", "pip", "install", "--quiet", ROOT, "pyinstaller")
    asked = [python, "-P", "-c", _OF_TORCH]
    told = subprocess.run(asked, check=True, capture_output=True, text=True).stdout
    unused, sources = json.loads(told)
    _do(
        # -P: the program that is installed, with its resources, and not the one in this folder.
        *(python, "-P", "-m", "PyInstaller", "--noconfirm", "--log-level", "WARN", "--onedir"),
        *("--name", "neuroviz"),
        *("--distpath", folder / "dist", "--workpath", folder / "build", "--specpath", folder),
        *("--collect-submodules", "neuroviz", "--collect-data", "neuroviz"),
        *("--recursive-copy-metadata", "neuroviz-desktop"),
        *(word for name in (*_WITHOUT, *unused) for word in ("--exclude-module", name)),
        *(word for name in _BY_NAME for word in ("--hidden-import", name)),
        Path(__file__).with_name("entry.py"),
    )
    bundle = folder / "dist" / "neuroviz"
    inside = bundle / "_internal"
    read = {inside / name for name in sources}
    for path in {each for name in _UNUSED for each in inside.glob(name)} - read:
        if not path.is_dir():
            path.unlink()
    while unneeded := _unneeded(inside):
        for path in unneeded:
            path.unlink()
    # Those of wheels that auditwheel has mended are in *.libs, and do not stand it.
    libraries = [
        path
        for path in bundle.rglob("*.so*")
        if path.is_file() and not path.is_symlink() and not path.parent.name.endswith(".libs")
    ]
    if shutil.which("strip"):
        _do("strip", "--strip-unneeded", *libraries)
    return bundle


def _unneeded(folder: Path) -> list[Path]:
    """Return the libraries in a bundle, Qt's and the system's, that no other of its files needs."""
    told = [
        subprocess.run(["readelf", "-d", path], check=True, capture_output=True, text=True).stdout
        for path in folder.rglob("*.so*")
        if path.is_file()
    ]
    needed = {name for each in told for name in re.findall(r"NEEDED.*\[(.*)\]", each)}
    there = (*folder.glob("lib*.so*"), *folder.glob("PySide6/Qt/lib/lib*.so*"))
    return [path for path in there if path.name not in needed and not path.name.startswith(_OPENED)]


def attempt(bundle: Path, root: Path | None) -> None:
    """Use the bundle as a person would, where no Python can be found.

    Raises
    ------
    AssertionError
        If anything is not as it should be.
    """
    if root is None:
        with tempfile.TemporaryDirectory() as home:
            _attempt([str(bundle / "neuroviz")], Path(home), home)
        return
    there = root / "opt" / "neuroviz"
    shutil.rmtree(there, ignore_errors=True)
    shutil.copytree(bundle, there, symlinks=True)
    assert not [*root.glob("usr/bin/python*"), *root.glob("usr/local/bin/python*")]
    home = root / "home" / "somebody"
    home.mkdir(parents=True, exist_ok=True)
    _attempt(["chroot", str(root), "/opt/neuroviz/neuroviz"], home, "/home/somebody")


def _attempt(program: list[str], home: Path, inside: str) -> None:
    def ran(*words: str, seconds: int = 300) -> subprocess.CompletedProcess[str]:
        environment = {"HOME": inside, "PATH": "/nowhere", "QT_QPA_PLATFORM": "offscreen"}
        # By env -i, since what starts a chroot has to be found.
        line = ["env", "-i", *(f"{name}={value}" for name, value in environment.items())]
        where = shutil.which(program[0]) or program[0]
        done = subprocess.run(
            [*line, where, *program[1:], *words],
            capture_output=True, text=True, check=False, timeout=seconds,
        )  # fmt: skip
        said = [each for each in done.stderr.splitlines() if _QUIET not in each]
        assert done.returncode == 0, (words, done.returncode, said)
        assert not [each for each in said if "Traceback" in each or "Warning" in each], said
        print("ok:", *words if words[0] != "-c" else ["the window"], flush=True)
        return done

    print(ran("--version").stdout, end="")
    hidden = ("--task", "xor", "--hidden", "2")
    trained = json.loads(ran("train", *hidden, "--json", "-").stdout)
    assert trained["version"] == 1
    (home / "shop.csv").write_text("size;price\n1,5;3\n2,5;5\n3,5;7\n", encoding="utf-8")
    ran("train", "--data", f"{inside}/shop.csv", "--lr", "0.05", "--epochs", "20")
    ran("train", *hidden, "--optimizer", "adam", "--epochs", "3")
    for optimizer in ("newton", "line_search"):
        ran("train", "--task", "line", "--optimizer", optimizer, "--epochs", "3")
    ran("curvature", *hidden)
    ran("sweep", *hidden, "--seeds", "3", "--epochs", "20")
    short = ("--task", "and", "--epochs", "20")
    for command, *more in (
        *(("train", "--plot", f"a{ending}") for ending in (".svg", ".pdf", ".png")),
        ("animate", "--seconds", "2", "--output", "a.gif"),
        ("page", "--output", "a.html"),
        ("report", "--output", "report.pdf"),
        ("script", "--style", "module", "--output", "a.ipynb"),
    ):
        *words, name = more
        ran(command, *short, *words, f"{inside}/{name}")
        assert (home / name).read_bytes().startswith(_STARTS[Path(name).suffix])
    ran("worksheet", "three-rates", "--output", f"{inside}/sheet.pdf")
    assert (home / "sheet.pdf").read_bytes().startswith(_STARTS[".pdf"])
    ran("--install-desktop")
    assert (home / ".local/share/applications/neuroviz.desktop").is_file()
    shown = ran("-c", (Path(__file__).with_name("window.py")).read_text(encoding="utf-8"))
    assert shown.stdout.splitlines()[-1] == "closed", shown.stdout
    assert (home / "figure.svg").read_bytes().startswith(_STARTS[".svg"])


def _do(*words: object) -> None:
    environment = os.environ | {"NO_COLOR": "1"}
    environment.pop("PYTHONPATH", None)  # else the program that it names would be taken
    subprocess.run([str(word) for word in words], check=True, env=environment)


def main() -> None:
    """Make it, try it, and say how large it is."""
    parser = argparse.ArgumentParser(prog="python -m tests.bundle", description=__doc__)
    parser.add_argument("--keep", type=Path, help="folder for the environment and the bundle")
    parser.add_argument("--root", type=Path, help="a bare system to try it in, as root")
    parser.add_argument("--only-try", action="store_true", help="what --keep has already")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = (args.keep or Path(temporary)).resolve()
        bundle = folder / "dist" / "neuroviz" if args.only_try else build(folder)
        size = sum(path.lstat().st_size for path in bundle.rglob("*") if not path.is_dir())
        packed = Path(shutil.make_archive(str(folder / "neuroviz"), "gztar", bundle)).stat().st_size
        print(f"{bundle}: {size / 1e6:.0f} MB, packed {packed / 1e6:.0f} MB", flush=True)
        attempt(bundle, args.root)
        assert size <= MOST_BYTES, f"more than {MOST_BYTES / 1e6:.0f} MB"
        print("all is well")


if __name__ == "__main__":
    main()
