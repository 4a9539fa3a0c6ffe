"""A page in a real browser: scrubbed to five moments, its numbers are the run's.

Run with ``python -m tests.batteries.page``; it needs Chromium on the path, started without a screen
and without a network.
"""

from __future__ import annotations

import html
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import neuroviz as nv
from tests.api.test_page import recorded

RUNS = {
    "and": {"learning_rate": 1, "epochs": 1000},
    "line": {"learning_rate": 0.05, "epochs": 200},
    "xor": {"features": ["x1*x2"], "learning_rate": 5, "epochs": 3000},
    "spam": {"epochs": 20},
}
_SCRUB = """
<script>
addEventListener("load", () => setTimeout(() => {
  const slider = document.getElementById("at");
  slider.value = %d;
  slider.dispatchEvent(new Event("input"));
}, 500));
</script>
"""


def seen(page: str, place: int) -> str:
    """Return the document as the browser has it once the slider stands at a place."""
    browser = shutil.which("chromium") or shutil.which("google-chrome")
    if browser is None:
        sys.exit("No Chromium on the path: apt-get install chromium.")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "page.html"
        file.write_text(page + _SCRUB % place, encoding="utf-8")
        words = ["--headless", "--no-sandbox", "--disable-gpu", "--virtual-time-budget=4000"]
        words += ["--host-resolver-rules=MAP * 127.0.0.1", f"--user-data-dir={folder}/profile"]
        words += ["--dump-dom"]
        done = subprocess.run(
            [browser, *words, file.as_uri()],
            capture_output=True,
            check=True,
            text=True,
            timeout=120,
        )
    return done.stdout


def compare(name: str) -> int:
    """Compare five moments of a run; return how many numbers were."""
    run = nv.train(name, **RUNS[name])
    page = str(run.page())
    data = recorded(page)
    last = len(data["moments"]) - 1
    compared = 0
    for place in sorted({0, last // 4, last // 2, 3 * last // 4, last}):
        moment, dom = data["moments"][place], seen(page, place)
        for name_of, wanted in (("epoch", moment["epoch"]), ("loss", moment["loss"])):
            found = re.search(rf'<b id="{name_of}"[^>]*>([^<]*)</b>', dom)
            assert found is not None
            assert html.unescape(found[1]) == wanted, (place, name_of)
        titles = re.findall(r'<td title="([^"]*)">', dom)
        assert titles == moment["whole"], (place, titles, moment["whole"])
        assert html.escape(moment["state"], quote=False) in dom
        drawn = re.findall(r"<svg[^>]*aria-label", dom)
        assert len(drawn) == 4
        compared += 2 + len(titles)
    print(f"{name}: {compared} numbers alike, {len(page.encode()):,} bytes", flush=True)
    return compared


if __name__ == "__main__":
    print(sum(compare(name) for name in RUNS), "numbers, all alike")
