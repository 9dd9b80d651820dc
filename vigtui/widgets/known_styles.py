"""What the stylesheet says of a kind of place on the screen, worked out once while the program runs.

Textual compares every rule with every widget of each screen that comes up, though a line to type in on one page follows the
same rules as on the next: that was a fifth of the work until a page could be read.
"""

import asyncio
from collections.abc import Iterator
from typing import Any

from textual.css.model import RuleSet
from textual.css.styles import RulesMap
from textual.css.stylesheet import Stylesheet
from textual.dom import DOMNode
from textual.widget import Widget

_ROOM = 4000
"""Kinds of places that are remembered; a day's work comes to some hundreds."""
_IN_THE_KEY = {
    "hover", "focus", "blur", "disabled", "enabled", "can-focus", "dark", "light", "ansi", "nocolor", "inline",
}  # fmt: skip
"""States that the key of a place holds. Where a rule asks for another, such as being the first child, nothing is remembered."""

_Known = tuple[bool, RulesMap]
"""Whether something changes under the mouse, and the rules that hold, by name."""


class KnownStyles(Stylesheet):
    """A stylesheet that remembers which rules hold where: by types, ids, classes and states from the app down to the widget."""

    def __init__(self, *, variables: dict[str, str] | None = None) -> None:
        super().__init__(variables=variables)
        self._known: dict[tuple[Any, ...], _Known] = {}
        self._in_question: list[RuleSet] | None = None
        """The rules that Textual has to look at now; None for all."""
        self._by_names: dict[frozenset[str], list[RuleSet]] = {}
        self._unsure: set[str] = set()
        """Names of widgets for which some rule asks for a state that is not in the key."""
        self._known_of: dict[str, list[RuleSet]] | None = None
        """The rules it was worked out from: others after a change of theme, and when a widget of a new type is first shown."""

    def apply(
        self, node: DOMNode, *, animate: bool = False, cache: dict[tuple[Any, ...], RulesMap] | None = None
    ) -> None:
        """Apply the rules to a node. Only what depends on no neighbour is remembered."""
        if self._known_of is not self.rules_map or len(self._known) > _ROOM:
            self._begin_anew()
        key = self._place_of(node, cache)
        known = self._known.get(key)
        if known is None:
            self._in_question = self._rules_for(node)
            try:
                super().apply(node, animate=animate, cache=cache)
            finally:
                self._in_question = None
            rules = node.styles.base.get_rules()
            if "transitions" not in rules and self._unsure.isdisjoint(node._selector_names):
                self._known[key] = (node._has_hover_style, rules)
            return
        node._has_hover_style, rules = known
        node._has_focus_within = node._has_order_style = node._has_odd_or_even = False
        base = node.styles.base
        if animate or base.get_rules():
            self.replace_rules(node, rules, animate=animate)
        else:  # it has just been made: nothing on the screen changes by it
            base.merge_rules(rules)
            node.notify_style_update()
        self._process_component_classes(node)

    @property
    def rules(self) -> list[RuleSet]:
        return super().rules if self._in_question is None else self._in_question

    def _rules_for(self, node: DOMNode) -> list[RuleSet]:
        """The rules for a node of these names, in their order: Textual goes through all there are."""
        names = frozenset(self.rules_map.keys() & node._selector_names)
        if names not in self._by_names:
            wanted = {rule for name in names for rule in self.rules_map[name]}
            self._by_names[names] = [rule for rule in self.rules if rule in wanted]
        return self._by_names[names]

    def _begin_anew(self) -> None:
        self._known_of = self.rules_map
        self._known.clear()
        self._by_names.clear()
        self._unsure = {
            name for rule in self.rules if not rule.pseudo_classes <= _IN_THE_KEY for name in rule.selector_names
        }

    def _place_of(self, node: DOMNode, cache: dict[tuple[Any, ...], Any] | None) -> tuple[Any, ...]:
        """The key of a node's place; what is above it is looked at once for all that are styled in one go."""
        parent = node._parent
        above = cache.get((parent,)) if cache is not None else None
        if above is None:
            above = tuple([_kind(one) for one in node.css_path_nodes[:-1]])
            if cache is not None:
                cache[parent,] = above
        return (above, *_kind(node))

    async def read_ahead(self) -> None:
        """Read what widgets of every type the program has loaded bring with them, so that the sheet stays as it is."""
        while True:
            known = len(self.source)
            grown = self.copy()
            await asyncio.to_thread(grown._read_all_types)
            if (len(self.source), self._variables) == (known, grown._variables):
                break  # else a widget of a new type was shown meanwhile, or the theme has changed
        if grown.source != self.source:
            self.source, self._rules, self._parse_cache = grown.source, grown.rules, grown._parse_cache
            self._rules_map = None

    def copy(self) -> "KnownStyles":
        """Another sheet with the same sources."""
        other = KnownStyles(variables=self._variables.copy())
        other.source = self.source.copy()
        return other

    def _read_all_types(self) -> None:
        for kind in _types_of(Widget):
            for read_from, css, tie_breaker, scope in kind.__new__(kind)._get_default_css():
                self.add_source(css, read_from, is_default_css=True, tie_breaker=tie_breaker, scope=scope)
        self.parse()


def _types_of(base: type[Widget]) -> Iterator[type[Widget]]:
    yield base
    for kind in base.__subclasses__():
        yield from _types_of(kind)


def _kind(node: DOMNode) -> tuple[Any, ...]:
    """All that a rule can ask of a node, but for its neighbours."""
    if isinstance(node, Widget):
        states: object = (node.can_focus, node.has_focus, node.mouse_hover, node.disabled)
    else:
        states = node.pseudo_classes
    return (node.__class__, node._id, node.classes, states)
