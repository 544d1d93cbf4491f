"""Rules about the code that import-linter cannot see: SQL, and packages that arrive as dependencies of others."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

SERVICE = Path(__file__).parents[2] / "service"

SQL = re.compile(
    r"\s*(SELECT\s.+\sFROM\s|INSERT\s+INTO\s|UPDATE\s+\w+\s+SET\s|DELETE\s+FROM\s|CREATE\s+(TABLE|INDEX)\s|WITH\s+\w+\s+AS\s*\()",
    re.DOTALL,
)


def modules(*, outside: str) -> Iterator[tuple[Path, ast.AST]]:
    for path in sorted(SERVICE.rglob("*.py")):
        if SERVICE / outside not in path.parents:
            yield path.relative_to(SERVICE), ast.parse(path.read_text(encoding="utf-8"))


def test_sql_is_written_in_the_store_only() -> None:
    found = [
        f"{path}:{node.lineno}"
        for path, tree in modules(outside="store")
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and SQL.match(node.value)
    ]
    assert found == []


def test_scipy_is_imported_in_ml_only() -> None:
    found = [
        f"{path}:{node.lineno}"
        for path, tree in modules(outside="ml")
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in ([node.module or ""] if isinstance(node, ast.ImportFrom) else [each.name for each in node.names])
        if name.partition(".")[0] in ("scipy", "sklearn", "numpy")
    ]
    assert found == []


def test_the_time_is_read_at_the_edges_only() -> None:
    inner = ("domain", "catalog", "store", "ml", "sources", "operations")
    found = [
        f"{path}:{node.lineno}"
        for path, tree in modules(outside="cli")
        if path.parts[0] in inner
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and (node.func.value.id, node.func.attr) in {("datetime", "now"), ("date", "today"), ("time", "time")}
    ]
    assert found == []
