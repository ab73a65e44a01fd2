"""Programs from npm that the project is held against; nothing of them is shipped."""

import shutil
import subprocess
from pathlib import Path

CLIENTS = Path(__file__).parent / "clients"


def install(folder: Path) -> Path:
    """Where they are ready to run: what `make clients` installed, else what the lock names, installed in `folder`."""
    if (CLIENTS / "node_modules").exists():
        return CLIENTS
    made = Path(shutil.copytree(CLIENTS, folder / "clients"))
    subprocess.run(["npm", "ci", "--silent"], cwd=made, check=True)
    return made
