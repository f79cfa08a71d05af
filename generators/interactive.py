"""The one script that pages made by generators may carry: it shows the values of charts.

A page holds `SCRIPT` in a script element of its own. Servers that show pages of generators allow this script by its
hash, and no other; it asks for nothing from outside. What it finds are elements with `data-tip` inside `figure svg`.
"""

import base64
import hashlib
from pathlib import Path

SCRIPT = (Path(__file__).parent / "interactive.js").read_text("utf-8")
SCRIPT_SOURCE = f"'sha256-{base64.b64encode(hashlib.sha256(SCRIPT.encode()).digest()).decode()}'"
"""How a content security policy names it."""
