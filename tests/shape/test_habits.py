"""Habits that a reader would otherwise have to look for: seen in the syntax tree."""

import ast

from tests.shape.sources import MODULES, SHOWING, calls, keywords, name_of, place, tree

STARTERS = {"run", "Popen", "call", "check_call", "check_output"}
EXECS = {"create_subprocess_exec", "create_subprocess_shell", "subprocess_exec"}


def _starts_a_child(call: ast.Call, name: str) -> bool:
    owner = name_of(call.func.value) if isinstance(call.func, ast.Attribute) else ""
    return name in EXECS or name == "Popen" or (name in STARTERS and owner == "subprocess")


def test_no_child_process_gets_the_keyboard_or_a_shell():
    started, wrong = 0, []
    for file in MODULES:
        for call, name in calls(file):
            if "shell" in keywords(call) or name in {"system", "popen", "create_subprocess_shell"}:
                wrong.append(f"{place(file, call)} uses a shell")
            if _starts_a_child(call, name):
                started += 1
                if "stdin" not in keywords(call):
                    wrong.append(f"{place(file, call)} lets a child read the keyboard")
                if "start_new_session" not in keywords(call):
                    wrong.append(f"{place(file, call)} leaves a child in our session")
    assert started
    assert not wrong


def test_no_error_is_caught_wholesale():
    """What is caught is named. BaseException may be caught to clean up, when it is raised again."""
    wrong = []
    for file in MODULES:
        for node in ast.walk(tree(file)):
            if not isinstance(node, ast.ExceptHandler):
                continue
            caught = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
            names = {name_of(one) if one else "everything" for one in caught}
            last = node.body[-1]
            again = isinstance(last, ast.Raise) and last.exc is None
            swallows = all(isinstance(one, ast.Pass) for one in node.body)
            if names & {"Exception", "everything"} or ("BaseException" in names and not again) or swallows:
                wrong.append(place(file, node))
    assert not wrong


def test_nothing_is_suppressed_wholesale():
    assert not [
        place(file, call)
        for file in MODULES
        for call, name in calls(file)
        if name == "suppress" and any(name_of(one) in {"Exception", "BaseException"} for one in call.args)
    ]


def test_exclusive_workers_name_their_group():
    """Without one they cancel every other worker of the same widget."""
    wrong = [
        place(file, call)
        for file in MODULES
        for call, _ in calls(file)
        if "exclusive" in keywords(call) and "group" not in keywords(call)
    ]
    assert not wrong


def test_nothing_blocks_the_event_loop():
    wrong = []
    for file in SHOWING:
        for node in ast.walk(tree(file)):
            if isinstance(node, ast.AsyncFunctionDef):
                wrong += [
                    place(file, call)
                    for call in ast.walk(node)
                    if isinstance(call, ast.Call) and ast.unparse(call.func) in {"time.sleep", "subprocess.run"}
                ]
    assert not wrong
