"""What makes two phrases the same keyword, and what is taken out of one."""

from __future__ import annotations

import pytest

from igny8_web.importers import clean_phrase, fold_phrase


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Cold Brew", "cold brew"),
        ("  cold\t brew ", "cold brew"),
        ("cold\u00a0brew", "cold brew"),
        ("cold \nbrew", "cold brew"),
        ("cold\u3000brew", "cold brew"),
        ("cafe\u0301", "café"),
        ("STRASSENKAFFEE", "straßenkaffee"),
        ("ΚΑΦΕΣ", "καφες"),
    ],
)
def test_case_white_space_and_composition_do_not_tell_keywords_apart(one: str, other: str) -> None:
    assert fold_phrase(one) == fold_phrase(other)


@pytest.mark.parametrize(
    ("one", "other"), [("resume", "résumé"), ("v60", "v 60"), ("k-cup", "k‑cup"), ("½", "1/2")]
)
def test_accents_hyphens_and_signs_tell_keywords_apart(one: str, other: str) -> None:
    assert fold_phrase(one) != fold_phrase(other)


def test_folding_twice_changes_nothing() -> None:
    for text in ("İstanbul kahvesi", "ŉ\u0345 Coffee", "ﬁlter  Coffee", "ΐ"):
        assert fold_phrase(fold_phrase(text)) == fold_phrase(text)


@pytest.mark.parametrize(
    "phrase",
    [
        "می\u200cخواهم قهوه",  # Persian: ZWNJ inside a word
        "क्\u200dष कॉफी",  # Devanagari: ZWJ after a virama
        "👩\u200d🍳 coffee",  # an emoji sequence
        "👩🏽\u200d🍳 coffee",
        "keurig ☕\ufe0f",  # emoji presentation
        "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f breakfast",
        "葛\U000e0100 coffee",  # a Japanese variant of a sign
        "-sugar coffee",
        '"gaggia classic" gasket',
        "pour\u2011over",
        "<b>coffee</b>",
    ],
)
def test_what_belongs_to_writing_stays(phrase: str) -> None:
    assert clean_phrase(phrase) == (phrase, ())


@pytest.mark.parametrize(
    ("typed", "phrase", "named"),
    [
        ("cof\u200dfee", "coffee", "zero width joiner"),
        ("cof\u200cfee", "coffee", "zero width non-joiner"),
        ("\ufeffcoffee", "coffee", "byte-order mark"),
        ("cof\u00adfee", "coffee", "soft hyphen"),
        ("\u2067coffee\u2069", "coffee", "right-to-left isolate, pop directional isolate"),
        ("cof\ufe0ffee", "coffee", "variation selector-16"),
        ("cof\U000e0041fee", "coffee", "tag latin capital letter a"),
        ("cof\u0007fee", "coffee", "control character u+0007"),
        ("cof\u3164fee", "coffee", "hangul filler"),
        ("coffee \u200b beans", "coffee beans", "zero width space"),
    ],
)
def test_what_nobody_sees_is_taken_out_and_named(typed: str, phrase: str, named: str) -> None:
    cleaned, notes = clean_phrase(typed)
    assert cleaned == phrase
    assert notes == (f"invisible characters taken out: {named}",)


def test_a_keyword_of_invisible_characters_is_empty() -> None:
    assert clean_phrase("\u200b\u2060 \ufeff")[0] == ""
