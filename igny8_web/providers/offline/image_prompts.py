"""Content → image prompts: one featured scene, and one for some of the sections."""

from __future__ import annotations

from ..contracts import (
    ImagePromptOut,
    SectionIn,
    WriteImagePromptsAnswer,
    WriteImagePromptsBrief,
)
from .casing import clip, first_upper, printed
from .language import Language, language_for
from .prose import fill
from .reading import fold, likeness, read
from .seeded import pick, shuffled

_ALT = 125

_SCENES = {
    "overhead": "laid out on a plain table, seen straight from above, with room around it",
    "hands": "two hands doing it, close enough to follow the movement, the face out of the frame",
    "close": "one detail in close-up, sharp in front and soft behind",
    "pair": "the two compared things side by side at the same size, with a clear gap between them",
    "row": "several different options in one even row, seen from the front",
    "measure": "being measured, with simple measuring tools beside it",
    "repair": "on a workbench with a few hand tools, one part opened for a look inside",
    "place": "an inviting small place seen from the street, the door open, warm light inside",
}
_SCENES_OF_KIND = {
    "how": ("hands", "overhead"),
    "amount": ("measure",),
    "fix": ("repair",),
    "compare": ("pair",),
    "best": ("row",),
    "review": ("close",),
    "price": ("row",),
    "local": ("place",),
}
_ANY = ("close", "overhead", "hands")
_LIGHT = (
    "soft daylight from a window on the left",
    "bright, even morning light",
    "warm late afternoon light with long shadows",
    "diffuse light of an overcast day",
)
_STYLE = (
    "natural editorial photograph, calm background, muted colours with one warm accent",
    "realistic magazine photograph, shallow depth of field, clean background",
    "documentary photograph, true colours, tidy composition",
)


def write_image_prompts(brief: WriteImagePromptsBrief) -> WriteImagePromptsAnswer:
    """Describe the featured image and up to ``in_article`` others, spread over the sections.

    Prompts are in English, for the machine that draws; alternative texts are for readers and
    in the site's language.
    """
    language = language_for(brief.site.language)
    taken: set[str] = {fold(brief.title)}
    images = [_image(brief, 0, brief.cluster or brief.title, language, taken)]
    for position in _positions(brief, language):
        heading = brief.sections[position - 1].heading
        images.append(_image(brief, position, heading, language, taken))
    return WriteImagePromptsAnswer(content_id=brief.content_id, images=tuple(images))


def _positions(brief: WriteImagePromptsBrief, language: Language | None) -> list[int]:
    """Where pictures go, counted from 1: even steps over the sections that show something."""
    fit = [
        number
        for number, section in enumerate(brief.sections, start=1)
        if section.heading.strip() and not _is_frame(section, language)
    ]
    count = max(0, min(brief.in_article, len(fit)))
    return [fit[(2 * step + 1) * len(fit) // (2 * count)] for step in range(count)]


def _is_frame(section: SectionIn, language: Language | None) -> bool:
    """Takeaways, FAQ, next steps: parts of every article, with nothing of their own to show."""
    if language is None:
        return False
    labels = language.labels
    frame = {fold(labels.takeaways), fold(labels.faq), fold(labels.next)}
    return fold(section.heading) in frame


def _image(
    brief: WriteImagePromptsBrief,
    position: int,
    heading: str,
    language: Language | None,
    taken: set[str],
) -> ImagePromptOut:
    seed = (brief.content_id, brief.title, position)
    topic = clip(printed(brief.cluster or brief.title, language), 70)
    about = _subject(heading, topic, language) if position else topic
    light, style = pick(_LIGHT, *seed, "light"), pick(_STYLE, *seed, "style")
    scene, alt = _scene(heading, seed, language, taken), _alt(about, language, taken)
    taken |= {scene, fold(alt)}
    prompt = (
        f"{first_upper(about)}: {_SCENES[scene]}. Subject of the article: {topic}. "
        f"{first_upper(light)}. {first_upper(style)}. "
        "No text in the picture, no logos, no watermark."
    )
    return ImagePromptOut(
        kind="in-article" if position else "featured", position=position, prompt=prompt, alt=alt
    )


def _subject(heading: str, topic: str, language: Language | None) -> str:
    """What can be shown of a section: no question, no addition such as "how to choose"."""
    query = read(heading, language)
    shown = printed(heading, language).split(": ")[0].strip(" ?¿？؟")
    if language and (language.filler(heading) or (query.is_question and query.kind != "how")):
        return topic
    if language and query.is_question:
        words = shown.split()
        outer = {*language.question_words, *language.stop_words}
        while len(words) > 1 and words[0].lower() in outer:
            words.pop(0)
        shown = " ".join(words)
    if likeness(query.tokens, read(topic, language).tokens) == 0 and fold(shown) != fold(topic):
        shown = f"{clip(shown, 60)} ({clip(topic, 40)})"
    return clip(shown, 90)


def _scene(heading: str, seed: object, language: Language | None, taken: set[str]) -> str:
    """A scene that suits the heading, and that no other picture of the article has."""
    fit = _SCENES_OF_KIND.get(read(heading, language).kind, _ANY)
    scenes = [*shuffled(fit, seed), *shuffled(_ANY, seed), *_SCENES]
    return next((scene for scene in scenes if scene not in taken), scenes[0])


def _alt(about: str, language: Language | None, taken: set[str]) -> str:
    """What the picture is about, true of a photograph and of an abstract cover alike."""
    pattern = language.alt if language else "{t}"
    room = _ALT - len(pattern) - len(" (99)") + len("{t}")
    alt = first_upper(fill(pattern, {"t": clip(about, room)}))
    return f"{alt} ({len(taken)})" if fold(alt) in taken else alt
