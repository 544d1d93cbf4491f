"""The chat's modules become one file: always the same one, with short names, and nothing of it changed in meaning."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from service.web import widget
from service.web.shorten import shorten


def test_the_same_sources_give_the_same_file() -> None:
    first = widget.join(widget.SOURCES)
    assert first == widget.join(widget.SOURCES)
    assert widget.bundle().plain == first.encode()
    assert "import " not in first.split("`", 1)[0]
    assert "export " not in first


def test_a_changed_file_has_another_address() -> None:
    assert widget.packed(b"a").tag != widget.packed(b"b").tag


def modules(folder: Path, **texts: str) -> Path:
    for name, text in texts.items():
        (folder / f"{name}.js").write_text(text, encoding="utf-8")
    return folder


def test_modules_stand_after_those_they_need(tmp_path: Path) -> None:
    folder = modules(
        tmp_path,
        main='import { twice } from "./math.js";\nconst four = twice(2);\n',
        math="export const twice = (number) => 2 * number;\n",
    )
    assert widget.join(folder) == '(()=>{"use strict";let A=a=>2*a,B=A(2);})();\n'


def test_two_things_of_one_name_are_refused(tmp_path: Path) -> None:
    folder = modules(tmp_path, main='import { a } from "./other.js";\nconst b = 1;\n', other="export const b = 2;\n")
    with pytest.raises(widget.ModuleError, match=r"both define b"):
        widget.join(folder)


def test_a_missing_module_is_named(tmp_path: Path) -> None:
    folder = modules(tmp_path, main='import { a } from "./gone.js";\n')
    with pytest.raises(widget.ModuleError, match=r"no module gone\.js"):
        widget.join(folder)


@pytest.mark.parametrize(
    ("script", "short"),
    [
        ("const first=1;const second=first+1;", "let A=1,B=A+1;"),
        ("const shout=(word)=>word.word;", "let A=a=>a.word;"),  # a property keeps its name
        ("const make=(word)=>({word});", "let A=word=>({word});"),  # it names a property too
        ("const make=(word)=>({word:word});", "let A=a=>({word:a});"),
        ("const say=(word)=>`${word} word`;", "let A=a=>`${a} word`;"),
        ('const say=(word)=>"word";', 'let A=a=>"word";'),
        ("const test=(word)=>/word/.test(word);", "let A=a=>/word/.test(a);"),
        ("const go=async(word)=>{await word;};", "let A=async a=>{await a};"),
        (
            "class Bell{ring(times){return times;}}",
            "class A{ring(times){return times}}",
        ),  # methods are called from outside
        ("const pick=({left:near,right})=>near+right;", "let A=({left:a,right})=>a+right;"),
        ("const none=()=>document;", "let A=()=>document;"),  # nobody here declares it
    ],
)
def test_names_become_short_where_they_are_our_own(script: str, short: str) -> None:
    assert shorten(script) == short


def test_the_file_is_a_script_that_can_be_read() -> None:
    node = shutil.which("node")
    if node is None:
        pytest.skip("needs node, which the product does not")
    done = subprocess.run([node, "--check", "-"], input=widget.bundle().plain, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr[:500]
