"""What a template may hold: text, variables, ``{% if … %}``, and little else.

Whoever may write one could otherwise make a worker compute for ever or fill its memory with a few
characters. No loop, no call and no product is let in, so that what is rendered takes about as
long as what is written.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from jinja2 import TemplateSyntaxError, nodes

from .prompt_variables import variables
from .prompts import environment

LONGEST_TEMPLATE = 20_000
"""Characters."""
MOST_TOLD = 5

FILTERS = ("capitalize", "default", "length", "lower", "title", "trim", "upper")
_ALLOWED = (
    *(nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Const),
    *(nodes.If, nodes.CondExpr, nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not),
    *(nodes.Add, nodes.Sub, nodes.Concat, nodes.Filter),
)
_SPOKEN = {
    nodes.Getattr: "a dot after a name",
    nodes.Getitem: "brackets after a name",
    nodes.Call: "a call with parentheses",
    nodes.Assign: "“set”",
    nodes.AssignBlock: "“set”",
    nodes.FromImport: "“import”",
    nodes.CallBlock: "“call”",
    nodes.FilterBlock: "“filter”",
    nodes.Scope: "“autoescape”",
    nodes.Mul: "“*”",
    nodes.Pow: "“**”",
    nodes.Div: "“/”",
    nodes.FloorDiv: "“//”",
    nodes.Mod: "“%”",
    nodes.Test: "a test with “is”",
}


@dataclass(frozen=True)
class Problem:
    """Why a template cannot be used. ``line`` is counted from 1, None where there is no place."""

    line: int | None
    says: str

    def __str__(self) -> str:
        return f"Line {self.line}: {self.says}" if self.line else self.says


def problems_of(task: str, template: str) -> list[Problem]:
    """What is wrong with a template of this task, in order; empty when it can be used."""
    if not template.strip():
        return [Problem(None, "The prompt is empty.")]
    if len(template) > LONGEST_TEMPLATE:
        length = f"{len(template):,} characters; {LONGEST_TEMPLATE:,} is the most."
        return [Problem(None, f"The prompt has {length}")]
    try:
        found = dict.fromkeys(_of_node(environment().parse(template), set(variables(task))))
        if not found:  # not before: Jinja works out what it can when it compiles
            environment().from_string(template)
    except TemplateSyntaxError as error:
        return [Problem(error.lineno, f"{(error.message or 'It cannot be read').rstrip('.')}.")]
    except (RecursionError, SyntaxError, MemoryError):
        return [Problem(None, "Something in it is nested too deeply, or too long.")]
    except ValueError as error:  # a number of thousands of digits
        return [Problem(None, f"It cannot be read: {error}.")]
    return sorted(found, key=lambda problem: problem.line or 0)[:MOST_TOLD]


def _of_node(node: nodes.Node, known: set[str]) -> Iterator[Problem]:
    if not isinstance(node, _ALLOWED):
        what = _SPOKEN.get(type(node)) or f"“{type(node).__name__.lower()}”"
        allowed = "text, variables, “if” with comparisons, “+”, “-” and “~”"
        yield Problem(node.lineno, f"{what} cannot stand in a prompt. It may hold {allowed}.")
        return
    if isinstance(node, nodes.Name) and node.name not in known:
        names = ", ".join(sorted(known))
        yield Problem(node.lineno, f"there is no variable “{node.name}” here. There are: {names}.")
    if isinstance(node, nodes.Filter) and node.name not in FILTERS:
        yield Problem(
            node.lineno, f"“{node.name}” cannot follow “|”. These can: {', '.join(FILTERS)}."
        )
    for child in node.iter_child_nodes():
        yield from _of_node(child, known)
