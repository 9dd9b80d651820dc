"""No word that a person typed, and no file name, reaches Textual's markup: brackets in it would vanish, or end the app."""

import ast

import pytest

from tests.shape.sources import MODULES, ROOT, SHOWING, calls, keywords, name_of, place, tree

WIDGETS = {"Static", "Label", "Option", "Button", "Checkbox", "RadioButton", "Collapsible", "Heading"}
WAYS_TO_TEXT = {"Text", "plain", "one_line", "column", "assemble"}
FUNCTION = ast.FunctionDef | ast.AsyncFunctionDef


def _giving_text() -> set[str]:
    """Names of our functions and methods that return a Text, besides those that make one of words."""
    found = set(WAYS_TO_TEXT)
    for file in MODULES:
        for node in ast.walk(tree(file)):
            if isinstance(node, FUNCTION) and node.returns and ast.unparse(node.returns).strip("\"'") == "Text":
                found.add(node.name)
    return found


def _is_of_text(kind: str) -> bool:
    """Whether an annotation promises a Text, or a row or rows with one in each."""
    return "Text" in kind and "Text | str" not in kind and "str | Text" not in kind


class Scope:
    """What is known to be free of markup inside one function."""

    def __init__(self, function: ast.AST, giving_text: set[str]) -> None:
        self._giving_text = giving_text
        self._texts: set[str] = set()
        known = -1
        while known < len(self._texts):  # what is safe may follow from what stands further down
            known = len(self._texts)
            for node in ast.walk(function):
                self._learn(node)

    def _learn(self, node: ast.AST) -> None:
        match node:
            case ast.arg(arg=name, annotation=ast.expr() as kind) if _is_of_text(ast.unparse(kind)):
                self._texts.add(name)
            case ast.Assign(targets=targets, value=value) if self.is_safe(value):
                self._texts |= {one.id for one in targets if isinstance(one, ast.Name)}
            case ast.comprehension(target=target, iter=source) | ast.For(target=target, iter=source):
                if self.is_safe(source):
                    self._texts |= {one.id for one in ast.walk(target) if isinstance(one, ast.Name)}

    def is_safe(self, node: ast.expr) -> bool:
        """Whether it is a literal without brackets, or a Text."""
        match node:
            case ast.Constant(value=words):
                return not isinstance(words, str) or "[" not in words
            case ast.Call(func=ast.Attribute(value=before, attr="append" | "append_text")):
                return self.is_safe(before)
            case ast.Call(func=ast.Name(id="list" | "tuple" | "reversed"), args=[inside]):
                return self.is_safe(inside)
            case ast.Call(func=called):
                return name_of(called) in self._giving_text
            case ast.Name(id=name):
                return name in self._texts
            case ast.IfExp(body=one, orelse=other) | ast.BinOp(left=one, right=other):
                return self.is_safe(one) and self.is_safe(other)
            case ast.BoolOp(values=all_of_them):
                return all(self.is_safe(one) for one in all_of_them)
        return False


def unsafe_calls(module: ast.Module) -> list[ast.Call]:
    """Calls that hand something else than a literal or a Text to a widget."""
    giving_text, found = _giving_text(), []
    for function in (one for one in ast.walk(module) if isinstance(one, FUNCTION)):
        scope = Scope(function, giving_text)
        for call in (one for one in ast.walk(function) if isinstance(one, ast.Call) and one.args):
            updates = name_of(call.func) == "update" and "Static" in ast.unparse(call.func)
            shows = updates or name_of(call.func) in WIDGETS
            if shows and not isinstance(call.args[0], ast.Starred) and not scope.is_safe(call.args[0]):
                found.append(call)
    return list(dict.fromkeys(found))


@pytest.mark.parametrize("file", SHOWING, ids=lambda file: str(file.relative_to(ROOT)))
def test_words_reach_widgets_only_as_text(file):
    assert not [f"{place(file, call)} {ast.unparse(call)}" for call in unsafe_calls(tree(file))]


def test_the_usual_ways_to_do_it_wrong_are_found():
    module = ast.parse("""
def show(self, name: str, words: Text, rows: list[tuple[str, Text]], either: list[Text | str]):
    line = f"{name}"
    Static(f"{name}")
    Static(name)
    Static("[b]" + "x")
    Option(line)
    self.query_one("#x", Static).update(", ".join(name))
    [Option(one) for one in either]
    [Option(row, id=key) for key, row in rows]
    Static(words or plain(name))
    Static(plain(name))
    Static("literal")
""")
    assert sorted(call.lineno for call in unsafe_calls(module)) == [4, 5, 6, 7, 8, 9]


def test_notices_take_words_literally():
    wrong = [
        place(file, call)
        for file in SHOWING
        for call, name in calls(file)
        if name == "notify"
        and not isinstance(call.args[0], ast.Constant)
        and ast.unparse(keywords(call).get("markup", ast.Constant(value=True))) != "False"
    ]
    assert not wrong


def test_words_go_to_the_terminal_only_through_text():
    """`Text.from_markup`, `escape` and Textual's `Content` are roads that are known to lose brackets."""
    wrong = [
        f"{place(file, call)} {name}"
        for file in SHOWING
        for call, name in calls(file)
        if name in {"from_markup", "escape", "Content", "from_ansi"}
    ]
    assert not wrong
