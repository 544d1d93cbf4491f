"""Makes a script smaller whose white space is gone already: its own names become short, and marks that say nothing go.

Names that the script itself declares get short ones. A name stays as it is where it is a property (``a.name``,
``{name: 1}``), and altogether where it also stands alone between braces (``{name}`` names a property and a variable at
once). What is declared by nobody, such as ``document``, stays.

It reads the JavaScript of our own modules, not any there is: every statement ends with a semicolon, nothing is declared
by ``var``, and no label is set.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from string import ascii_letters, ascii_lowercase, ascii_uppercase

_TOKEN = re.compile(
    r"""(?P<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
      | (?P<name>[A-Za-z_$][\w$]*)
      | (?P<number>\d[\w.]*)
      | (?P<space>\s+)
      | (?P<mark>=>|\?\.|\.\.\.|.)""",
    re.VERBOSE | re.DOTALL,
)
_PATTERN = re.compile(r"/(?:[^/\\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+/\w*")
_JOINS = re.compile(r"[\w$+-]")
_OPERAND_ENDS = re.compile(r"[\w$)\]}\"'`]$")
_WORDS = frozenset(
    [
        *("async", "await", "break", "case", "catch", "class", "const", "constructor", "continue", "default", "delete"),
        *("do", "else", "export", "extends", "false", "finally", "for", "function", "get", "if", "import", "in"),
        *("instanceof", "let", "new", "null", "of", "return", "set", "static", "super", "switch", "this", "throw"),
        *("true", "try", "typeof", "undefined", "var", "void", "while", "yield"),
    ]
)
_BEFORE_PATTERN = frozenset({"return", "typeof", "case", "of", "in"})
_BEGINS = frozenset({"const", "let", "class", "function", "async", "if"})
_CLOSES = {"(": ")", "[": "]", "{": "}"}


@dataclass
class Token:
    """A piece of the script. ``kind`` is name, text, or mark (all the rest)."""

    kind: str
    text: str


def shorten(script: str) -> str:
    """The script, smaller. Its top level is what stands in no bracket.

    1. Names of the top level get the same short name everywhere.
    2. Each declaration of the top level is a world of its own: its other names begin again with ``a``.
    """
    tokens = list(_tokens(script))
    chunks = list(_chunks(tokens))
    declared = {name for chunk in chunks for name in _names_of_chunk(chunk)}
    kept = _alone(tokens) & declared
    used = Counter(token.text for token in tokens if token.kind == "name")
    fresh = (name for name in chain(ascii_uppercase, _pairs()) if name not in used and name not in _WORDS)
    outer = {
        name: name if name in kept else next(fresh) for name in sorted(declared, key=lambda one: (-used[one], one))
    }
    return _squeezed("".join(_renamed(chunk, outer) for chunk in chunks))


def _renamed(chunk: list[Token], outer: Mapping[str, str]) -> str:
    own = _declared(chunk) - _alone(chunk) - set(outer)
    taken = {token.text for token in chunk if token.kind == "name"} - own
    fresh = (name for name in chain(ascii_lowercase, _pairs()) if name not in taken and name not in _WORDS)
    inner = {name: next(fresh) for name in dict.fromkeys(token.text for token in chunk) if name in own}
    new = {**outer, **inner}
    return "".join(new.get(one.text, one.text) if _is_variable(chunk, at) else one.text for at, one in enumerate(chunk))


def _chunks(tokens: list[Token]) -> Iterator[list[Token]]:
    """The declarations and statements of the top level, one after the other."""
    chunk: list[Token] = []
    depth, last = 0, ";"
    for token in tokens:
        if depth == 0 and last in (";", "}") and token.text in _BEGINS and chunk:
            yield chunk
            chunk = []
        chunk.append(token)
        if token.kind == "mark":
            depth += _opened(token.text)
        last = token.text[-1:] if token.text.strip() else last
    yield chunk


def _opened(mark: str) -> int:
    """How many brackets a piece opens; those it closes count as minus one."""
    if len(mark) > 1 and mark[0] in "`}":  # text of a template between two of its ${…}
        return mark.endswith("${") - (mark[0] == "}")
    return (mark in _CLOSES) - (mark in _CLOSES.values())


def _names_of_chunk(chunk: list[Token]) -> set[str]:
    """What a chunk of the top level declares there."""
    at = 1 if chunk[0].text == "async" else 0
    return _names_of_pattern(chunk, at + 1) if chunk[at].text in ("const", "let", "class", "function") else set()


def _tokens(script: str) -> Iterator[Token]:
    """The pieces in order; what stands in ``${…}`` of a template is taken apart too."""
    at, last = 0, ""
    templates: list[int] = []  # depth of braces inside each open ${
    while at < len(script):
        if script[at] == "}" and templates and templates[-1] == 0:
            templates.pop()
            end = _template_end(script, at + 1)
            opens = script[end - 2 : end] == "${"
            templates += [0] if opens else []
            yield Token("mark", script[at:end])
        elif script[at] == "`":
            end = _template_end(script, at + 1)
            templates += [0] if script[end - 2 : end] == "${" else []
            yield Token("mark", script[at:end])
        elif script[at] == "/" and (last in _BEFORE_PATTERN or not _OPERAND_ENDS.search(last)):
            found = _PATTERN.match(script, at)
            assert found, script[at : at + 40]
            end = found.end()
            yield Token("text", found[0])
        else:
            found = _TOKEN.match(script, at)
            assert found
            end = found.end()
            if templates and found[0] in "{}":
                templates[-1] += 1 if found[0] == "{" else -1
            kind = found.lastgroup if found.lastgroup in ("name", "text") else "mark"
            yield Token(str(kind), found[0])
        last = script[at:end].strip() or last
        at = end


def _template_end(script: str, at: int) -> int:
    """Where the text of a template ends: after its closing mark, or after the next ``${``."""
    while script[at] != "`":
        if script.startswith("${", at):
            return at + 2
        at += 2 if script[at] == "\\" else 1
    return at + 1


def _is_variable(tokens: list[Token], at: int) -> bool:
    """Whether this is a name, and not that of a property."""
    if tokens[at].kind != "name":
        return False
    before, after = _near(tokens, at, -1), _near(tokens, at, 1)
    if before in (".", "?.", "get", "static"):
        return False
    return not (after == ":" and before in ("{", ","))


def _alone(tokens: list[Token]) -> set[str]:
    """Names that stand alone between braces, and those of methods."""
    found: set[str] = set()
    open_marks: list[str] = []
    for at, token in enumerate(tokens):
        mark = token.text[-1:] if token.kind == "mark" else ""
        if token.kind == "mark" and token.text[0] == "}" and open_marks:
            open_marks.pop()
        if token.text.endswith("${"):
            open_marks.append("$")
        elif mark in _CLOSES:
            open_marks.append(mark)
        elif mark in (")", "]") and open_marks:
            open_marks.pop()
        if token.kind != "name" or not open_marks or open_marks[-1] != "{" or token.text in _WORDS:
            continue
        if _is_method(tokens, at):
            found.add(token.text)
        if _near(tokens, at, -1) in ("{", ",") and _near(tokens, at, 1) in ("}", ",", "="):
            found.add(token.text)
    return found


def _is_method(tokens: list[Token], at: int) -> bool:
    """Whether ``name(…) {`` begins here."""
    if _near(tokens, at, 1) != "(" or _near(tokens, at, -1) == "function":
        return False
    depth = 0
    for end in range(at + 1, len(tokens)):
        depth += (tokens[end].text == "(") - (tokens[end].text == ")")
        if depth == 0 and tokens[end].text == ")":
            return _near(tokens, end, 1) == "{"
    return False


def _declared(tokens: list[Token]) -> set[str]:
    """Names the script declares: after const, let, function and class, and as parameters."""
    found: set[str] = set()
    for at, token in enumerate(tokens):
        if token.text in ("const", "let", "class", "function") and token.kind == "name":
            found |= _names_of_pattern(tokens, at + 1)
        elif token.text == "=>":
            start = at - 1
            if tokens[start].text == ")":
                depth = 0
                while True:
                    depth += (tokens[start].text == ")") - (tokens[start].text == "(")
                    if depth == 0:
                        break
                    start -= 1
            found |= {tokens[one].text for one in range(start, at) if _is_variable(tokens, one)}
    return found - _WORDS


def _names_of_pattern(tokens: list[Token], at: int) -> set[str]:
    """The names in ``a``, ``{a, b: c}`` or ``[a, {b}]``."""
    while tokens[at].text.isspace():
        at += 1
    if tokens[at].kind == "name":
        return {tokens[at].text}
    found, depth = set(), 0
    while True:
        depth += (tokens[at].text in _CLOSES) - (tokens[at].text in _CLOSES.values())
        if _is_variable(tokens, at):
            found.add(tokens[at].text)
        if depth == 0:
            return found
        at += 1


def _near(tokens: list[Token], at: int, step: int) -> str:
    """The next piece in a direction that is not white space."""
    at += step
    while 0 <= at < len(tokens) and tokens[at].text.isspace():
        at += step
    return tokens[at].text if 0 <= at < len(tokens) else ""


def _pairs() -> Iterator[str]:
    return (one + other for one in ascii_letters for other in ascii_letters)


# marks -------------------------------------------------------------------------------------------------------------


def _squeezed(script: str) -> str:
    tokens = [one.text for one in _tokens(script)]
    return "".join(_without_idle_marks(_declared_together(_without_idle_brackets(tokens))))


def _without_idle_brackets(tokens: list[str]) -> list[str]:
    """``(a)=>`` is ``a=>``."""
    found: list[str] = []
    for text in tokens:
        if text == "=>" and found[-3:-2] == ["("] and found[-1] == ")" and (name := found[-2]).isidentifier():
            found[-3:] = [" ", name] if found[-4] == "async" else [name]
        found.append(text)
    return found


def _declared_together(tokens: list[str]) -> list[str]:
    """``const`` is ``let``, and what is declared one after the other is declared by one of them."""
    found: list[str] = []
    declares, declared = [False], [False]  # in each open bracket: the statement we are in, and the one before
    joins = False
    for text in tokens:
        if text.isspace() and joins:
            continue
        joins = False
        if text in ("const", "let"):
            before = len(found) - 1
            while before > 0 and found[before].isspace():
                before -= 1
            joins = found[before:][:1] == [";"] and declared[-1]
            found[before if joins else len(found) :] = [","] if joins else ["let"]
            declares[-1] = True
            continue
        opened = _opened(text)
        if opened > 0:
            declares.append(False)
            declared.append(False)
        elif opened < 0:
            declares.pop()
            declared.pop()
        elif text == ";":
            declared[-1], declares[-1] = declares[-1], False
        found.append(text)
    return found


def _without_idle_marks(tokens: list[str]) -> Iterator[str]:
    """No comma and no semicolon before a closing bracket, no white space but between words."""
    last = ""
    for at, text in enumerate(tokens):
        after = next((one for one in tokens[at + 1 :] if not one.isspace()), "")
        idle = (text == "," and after in (")", "]", "}")) or (text == ";" and after == "}")
        if idle or (text.isspace() and (last == "}" or not (_JOINS.match(last[-1:]) and _JOINS.match(after)))):
            continue
        yield text
        last = text
