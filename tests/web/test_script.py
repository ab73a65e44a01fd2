"""How much script a page loads: what is drawn or edited comes later, and only where it is."""

import gzip
import re
from pathlib import Path

WEBUI = Path(__file__).resolve().parents[2] / "webui"
OWN = sorted((WEBUI / "static" / "js").glob("*.js"))
MOST = 50_000


def test_all_the_script_of_our_own_together_is_less_than_a_page_may_load():
    assert len(OWN) > 5
    assert sum(len(gzip.compress(path.read_bytes())) for path in OWN) < MOST


def test_what_draws_and_edits_is_loaded_where_it_is_wanted_and_not_before():
    """A static `import` or a `<script>` of it would load with the page."""
    loaded = [
        f"{path.name}: {found}"
        for path in OWN
        for found in re.findall(
            r'^\s*(?:import|export)\b[^(]*?"([^"]+)"', path.read_text(encoding="utf-8"), re.MULTILINE
        )
    ]
    for path in (WEBUI / "templates").rglob("*.html"):
        loaded += [f"{path.name}: {tag}" for tag in re.findall(r"<script[^>]*>", path.read_text(encoding="utf-8"))]
    assert len(loaded) > 5
    assert [each for each in loaded if "vendor" in each or ("<script" in each and "filename='js/" not in each)] == []
