"""What the bundle starts: the program, and Python for the parts of it that run apart.

The program starts itself again as Python does: with -c and code, or with -m and its name.
"""

import sys
from types import ModuleType

# pyqtgraph imports them for what OpenGL would draw, which is nothing here, and they are large.
for name in ("QtOpenGL", "QtOpenGLWidgets"):
    sys.modules[f"PySide6.{name}"] = ModuleType(name)
sys.modules["PySide6.QtOpenGLWidgets"].QOpenGLWidget = object
words = sys.argv[1:]
if words[:1] == ["-c"]:
    sys.argv = words[1:]
    exec(compile(words[1], "<string>", "exec"), {"__name__": "__main__"})
else:
    if words[:2] == ["-m", "neuroviz"]:
        del sys.argv[1:3]
    from neuroviz.cli import main

    sys.exit(main())
