"""The rules of the house that a machine can check: layers, sizes, first lines."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "newsindex"
MODULES = sorted(PACKAGE.rglob("*.py"))
# From the bottom up: a module imports from its own layer and from those before it.
LAYERS = [
    "errors",
    "arguments",
    "later",
    "model",
    "zones",
    "text",
    "entities",
    "documents",
    "index",
    "query",
    "results",
    "engine",
    "alerts",
    "report",
    "demo",
    "cluster",
    "cli",
]


def layer_of(module: str) -> int | None:
    """The layer of ``newsindex.layer.module``; None for the package itself."""
    parts = module.split(".")
    return LAYERS.index(parts[1]) if len(parts) > 1 and parts[1] in LAYERS else None


def imports_of(path: Path) -> list[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            found += [f"{node.module}.{alias.name}" for alias in node.names]
    return [name for name in found if name.split(".")[0] == "newsindex"]


@pytest.mark.parametrize("path", MODULES, ids=lambda p: p.relative_to(PACKAGE).as_posix())
def test_imports_flow_one_way(path: Path) -> None:
    if path in (PACKAGE / "__init__.py", PACKAGE / "__main__.py"):
        return
    module = ".".join(["newsindex", *path.relative_to(PACKAGE).with_suffix("").parts])
    own = layer_of(module)
    assert own is not None, f"{module} belongs to no layer"
    for name in imports_of(path):
        layer = layer_of(name)
        # What is imported from the package itself is its public surface: errors and model below,
        # the rest from above, which only the command line may use.
        if layer is None:
            assert own == LAYERS.index("cli"), f"{module} imports {name}"
        else:
            assert layer <= own, f"{module} imports {name} from a layer above"


@pytest.mark.parametrize("path", MODULES, ids=lambda p: p.relative_to(PACKAGE).as_posix())
def test_a_module_is_small_and_says_what_it_is_for(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    assert len(source.splitlines()) <= 400
    docstring = ast.get_docstring(ast.parse(source))
    assert docstring, "no docstring"
    assert docstring.splitlines()[0].endswith((".", ":", "?")), "the first line is not a sentence"


def test_importing_newsindex_is_silent_and_light() -> None:
    code = "import sys, newsindex; print('numpy' in sys.modules, 'whoosh' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["False", "False"]
    assert not done.stderr


def test_using_everything_raises_no_warning() -> None:
    code = "import newsindex.cli, newsindex.cli.search, newsindex.cli.index, newsindex.cli.demo"
    subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, check=True)


def test_every_public_name_exists() -> None:
    import newsindex

    for name in newsindex.__all__:
        assert getattr(newsindex, name) is not None
