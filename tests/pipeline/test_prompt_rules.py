"""What may stand in a template, so that no prompt makes a worker compute for ever."""

from __future__ import annotations

import time

import pytest

from igny8_web.pipeline.prompt_rules import LONGEST_TEMPLATE, problems_of
from igny8_web.pipeline.prompt_variables import TASKS
from igny8_web.pipeline.prompts import built_in

TASK = "write-image-prompts"


def told(template: str) -> str:
    return "\n".join(str(problem) for problem in problems_of(TASK, template))


@pytest.mark.parametrize("task", TASKS)
def test_what_comes_with_igny8_keeps_to_the_rules(task: str) -> None:
    assert problems_of(task, built_in(task).template) == []


@pytest.mark.parametrize(
    "template",
    [
        "Write.",
        "{{ language }} {{ in_article + 1 }} {{ in_article - 1 }} {{ tone ~ facts }}",
        "{% if tone and not facts == 'x' %}{{ tone | upper }}{% elif facts %}2{% endif %}",
        "{{ 's' if in_article != 1 }}{{ audience | default('everybody') | trim | length }}",
        "{# {{ a note }} #}{% raw %}{{ as it stands }}{% endraw %}",
    ],
)
def test_text_variables_choices_and_sums_are_let_in(template: str) -> None:
    assert told(template) == ""


@pytest.mark.parametrize(
    ("template", "what"),
    [
        ("{% for i in range(10**9) %}x{% endfor %}", "“for”"),
        ("{% set a = facts %}", "“set”"),
        ("{% set a %}{{ facts }}{% endset %}", "“set”"),
        ("{% macro a() %}{% endmacro %}", "“macro”"),
        ("{% call a() %}{% endcall %}", "“call”"),
        ("{% include 'ui.html' %}", "“include”"),
        ("{% import 'ui.html' as ui %}", "“import”"),
        ("{% from 'ui.html' import icon %}", "“import”"),
        ("{% extends 'base.html' %}", "“extends”"),
        ("{% block main %}{% endblock %}", "“block”"),
        ("{% with a = 1 %}{% endwith %}", "“with”"),
        ("{% filter upper %}{% endfilter %}", "“filter”"),
        ("{% autoescape true %}{% endautoescape %}", "“autoescape”"),
        ("{{ tone * 10 }}", "“*”"),
        ("{{ 9 ** 9 ** 9 }}", "“**”"),
        ("{{ tone % 1 }}", "“%”"),
        ("{{ lipsum(1000) }}", "a call with parentheses"),
        ("{{ tone.upper() }}", "a call with parentheses"),
        ("{{ tone.__class__ }}", "a dot after a name"),
        ("{{ tone['x'] }}", "brackets after a name"),
        ("{{ tone is defined }}", "a test with “is”"),
    ],
)
def test_everything_else_is_named_and_refused(template: str, what: str) -> None:
    assert f"{what} cannot stand in a prompt." in told(template)


def test_a_problem_has_its_line() -> None:
    assert told("One\nTwo {{ form }}\n") == (
        "Line 2: there is no variable “form” here. There are: audience, facts, in_article, "
        "language, never_say, section_count, site_domain, site_name, tone."
    )
    assert told("One\n{% if tone %}\n").startswith("Line 2: Unexpected end of template.")
    assert told("One\n\n{% trans %}") == "Line 3: Encountered unknown tag 'trans'."
    assert told("{{ tone | center }}").startswith("Line 1: “center” cannot follow “|”.")


def test_several_problems_are_told_together_each_once() -> None:
    assert told("{{ b }}\n{{ a }}{{ a }}").count("there is no variable") == 2


def test_nothing_and_far_too_much_are_refused() -> None:
    assert told(" \n ") == "The prompt is empty."
    assert told("x" * LONGEST_TEMPLATE) == ""
    assert told("x" * (LONGEST_TEMPLATE + 1)) == (
        "The prompt has 20,001 characters; 20,000 is the most."
    )


@pytest.mark.parametrize(
    "template",
    [
        "{{ " + "(" * 9000 + "1" + ")" * 9000 + " }}",
        "{{ " + "+".join(["tone"] * 3900) + " }}",
        "{{ tone " + "|upper" * 3000 + " }}",
        "{% if tone %}" * 700 + "{% endif %}" * 700,
        "{{ " + "9" * 19_000 + " }}",
        "{% for a in 'x' %}" * 100 + "{% for b in range(10**9) %}" * 100 + "{% endfor %}" * 200,
        "{{ 10 ** 10 ** 10 ** 10 }}",
    ],
)
def test_what_was_made_to_hang_the_server_is_refused_at_once(template: str) -> None:
    began = time.process_time()  # what others do to the machine does not count
    assert told(template)
    assert time.process_time() - began < 5
