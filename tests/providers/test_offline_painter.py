from __future__ import annotations

import io
from itertools import combinations
from random import Random

import pytest
from PIL import Image, ImageChops, ImageDraw

from igny8_web.providers.base import ProviderError
from igny8_web.providers.contracts import DrawImageBrief, ImageKind
from igny8_web.providers.offline_painter import OfflinePainter
from igny8_web.providers.offline_painter.canvas import Box, Canvas, Point
from igny8_web.providers.offline_painter.colour import Colour, contrast
from igny8_web.providers.offline_painter.lettering import letter
from igny8_web.providers.offline_painter.painter import paint
from igny8_web.providers.offline_painter.palettes import PALETTES, Palette, palette_of
from igny8_web.providers.offline_painter.scene import Scene
from igny8_web.providers.offline_painter.subjects import glyph_for

Drawn = list[tuple[str, Colour]]

LONG = (
    "What Is Technical SEO? Everything You Need to Know About Crawling, Indexing, Rendering, "
    "Structured Data, Page Speed and Site Architecture for Large Publishing Websites in 2026 and On"
)
LATIN = [
    "How to Brew Pour-Over Coffee at Home: A Beginner's Guide",
    "Sleep",
    "Index Funds vs. ETFs",
    LONG,
    "Как выбрать электровелосипед для города",
    "Η τέχνη του καφέ στο σπίτι",
    "Cà phê Việt Nam: hướng dẫn pha phin",
    "Źródła światła — „ąęłż” & Çırağan",
]
OTHER_SCRIPTS = [
    "東京の美味しいコーヒー",
    "كيفية تحضير القهوة في المنزل",
    "איך להכין קפה בבית",
    "วิธีชงกาแฟที่บ้าน",
    "घर पर कॉफी कैसे बनाएं",
    "한국 커피 가이드",
    "Coffee in 東京",
]


def brief(
    title: str = LATIN[0],
    *,
    kind: ImageKind = "featured",
    alt: str = "A cup of coffee",
    cluster: str = "pour over coffee",
    size: tuple[int, int] = (1200, 630),
    image_id: int = 1,
    take: int = 0,
) -> DrawImageBrief:
    return DrawImageBrief(
        image_id=image_id,
        kind=kind,
        prompt=f"An illustration of {alt}",
        alt=alt,
        title=title,
        cluster=cluster,
        take=take,
        width=size[0],
        height=size[1],
    )


@pytest.fixture
def texts(monkeypatch: pytest.MonkeyPatch) -> Drawn:
    """Every text that is drawn, in order, and its colour."""
    drawn: Drawn = []
    real = ImageDraw.ImageDraw.text

    def text(
        self: ImageDraw.ImageDraw,
        xy: Point,
        said: str,
        *,
        fill: Colour,
        **how: object,
    ) -> None:
        drawn.append((said, fill))
        real(self, xy, said, fill=fill, **how)

    monkeypatch.setattr(ImageDraw.ImageDraw, "text", text)
    return drawn


def words_of(texts: Drawn) -> str:
    return " ".join(said for said, _ in texts)


@pytest.mark.parametrize("kind", ["featured", "in-article"])
@pytest.mark.parametrize("size", [(1200, 630), (1024, 576), (1024, 1024), (601, 907), (64, 64)])
def test_a_picture_is_a_webp_of_exactly_the_size_asked_for(
    size: tuple[int, int], kind: ImageKind
) -> None:
    answer = OfflinePainter().draw(brief(kind=kind, size=size))

    with Image.open(io.BytesIO(answer.data)) as image:
        image.load()
        assert (image.format, image.size) == ("WEBP", size)
    assert len(answer.data) < 200_000
    assert answer.cost == 0


@pytest.mark.parametrize("kind", ["featured", "in-article"])
def test_another_take_is_another_picture(kind: ImageKind) -> None:
    takes = [OfflinePainter().draw(brief(kind=kind, take=take)).data for take in (0, 1, 2, 1)]

    assert len(set(takes)) == 3
    assert takes[1] == takes[3]


def test_the_same_brief_gives_the_same_bytes_whatever_the_row_is_called() -> None:
    first = OfflinePainter().draw(brief(image_id=1))
    again = OfflinePainter().draw(brief(image_id=2))

    assert first.data == again.data


def test_the_pictures_of_an_article_differ_from_one_another() -> None:
    pictures = [
        paint(brief(kind=kind, alt=alt, size=(400, 210)))
        for kind, alt in (("featured", "Coffee"), ("in-article", "Beans"), ("in-article", "Water"))
    ]

    for one, other in combinations(pictures, 2):
        changed = ImageChops.difference(one, other).convert("L").point(lambda v: 255 * (v > 24))
        assert changed.histogram()[255] > 0.2 * 400 * 210


@pytest.mark.parametrize("size", [(0, 630), (1200, 63), (1200, 100_000), (-5, -5)])
def test_a_size_that_cannot_be_painted_is_refused_in_words(size: tuple[int, int]) -> None:
    with pytest.raises(ProviderError, match=f"{size[0]} × {size[1]} pixels"):
        OfflinePainter().draw(brief(size=size))


@pytest.mark.parametrize("title", LATIN)
def test_a_featured_picture_carries_the_whole_title(title: str, texts: Drawn) -> None:
    paint(brief(title, cluster="the topic"))

    assert words_of(texts[:1]) == "the topic"
    assert words_of(texts[1:]) == title


def test_a_picture_inside_the_article_carries_no_words(texts: Drawn) -> None:
    paint(brief(kind="in-article"))

    assert texts == []


@pytest.mark.parametrize("title", [*OTHER_SCRIPTS, "", "   ", "☕️"])
def test_a_title_that_the_fonts_cannot_show_is_left_out_altogether(
    title: str, texts: Drawn
) -> None:
    paint(brief(title))

    assert texts == []


def test_an_emoji_is_left_out_and_the_rest_of_the_title_stays(
    texts: Drawn,
) -> None:
    paint(brief("Coffee ☕️ at 👩🏽‍🌾 Home"))

    assert words_of(texts[1:]) == "Coffee at Home"


def test_a_topic_that_the_fonts_cannot_show_is_left_out_and_the_title_stays(
    texts: Drawn,
) -> None:
    paint(brief("Coffee at Home", cluster="コーヒー"))

    assert words_of(texts) == "Coffee at Home"


def without_letters(asked: DrawImageBrief, monkeypatch: pytest.MonkeyPatch) -> Image.Image:
    with monkeypatch.context() as patch:
        patch.setattr(ImageDraw.ImageDraw, "text", lambda *_, **__: None)
        return paint(asked)


def pixels(image: Image.Image) -> list[Colour]:
    channels = iter(image.tobytes())
    return list(zip(channels, channels, channels, strict=True))


def assert_legible(texts: Drawn, bare: Image.Image, lettered: Image.Image) -> None:
    before, after = pixels(bare), pixels(lettered)
    for (_, ink), least in ((texts[0], 100), (texts[-1], 3_000)):
        behind = [old for old, new in zip(before, after, strict=True) if new == ink != old]
        assert len(behind) > least
        assert min(contrast(ink, colour) for colour in set(behind)) >= 4.5


@pytest.mark.parametrize("number", range(16))
def test_letters_stand_out_from_whatever_is_painted_behind_them(
    number: int, texts: Drawn, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = brief(f"{number} quiet ways to brew a better cup at home", cluster=f"topic {number}")

    assert_legible(texts, without_letters(asked, monkeypatch), paint(asked))


@pytest.mark.parametrize("dark", [True, False])
@pytest.mark.parametrize("palette", PALETTES[::3], ids=lambda palette: palette.name)
def test_letters_stand_out_even_from_stripes_in_all_colours(
    palette: Palette, dark: bool, texts: Drawn, monkeypatch: pytest.MonkeyPatch
) -> None:
    pictures = []
    for with_letters in (False, True):
        canvas = Canvas(600, 400)
        for stripe in range(60):
            box = Box(stripe * 10, 0, stripe * 10 + 10, 400)
            colours = (*palette.tones, palette.night, palette.paper)
            canvas.paint(canvas.stencil(box).rectangle(box), colours[stripe % 7])
        scene = Scene(canvas, palette, Random(1), canvas.box, dark)
        with monkeypatch.context() as patch:
            if not with_letters:
                patch.setattr(ImageDraw.ImageDraw, "text", lambda *_, **__: None)
            letter(scene, "Better Coffee at Home", "Brewing", Box(40, 40, 560, 360))
        pictures.append(canvas.image)

    assert_legible(texts, *pictures)


@pytest.mark.parametrize(
    "title",
    [
        *LATIN,
        "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft",
        "W" * 200,
        "Wide words " * 18,
        "Ünïcödé " * 25,
    ],
)
@pytest.mark.parametrize("size", [(1200, 630), (700, 900)])
def test_no_letter_leaves_the_margins(
    title: str, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = brief(title, size=size)
    changed = ImageChops.difference(paint(asked), without_letters(asked, monkeypatch))

    left, top, right, bottom = changed.getbbox() or (0, 0, 0, 0)

    margin = min(size) * 0.06
    assert left >= margin
    assert top >= margin
    assert right <= size[0] - margin
    assert bottom <= size[1] - margin


def test_one_topic_has_one_palette_whatever_its_spelling() -> None:
    assert palette_of("Home  gym ") is palette_of("home gym")
    assert len({palette_of(f"topic {n}").name for n in range(400)}) == len(PALETTES)


@pytest.mark.parametrize("palette", PALETTES, ids=lambda palette: palette.name)
def test_every_palette_has_grounds_to_write_on(palette: Palette) -> None:
    assert contrast(palette.night, palette.paper) >= 11


@pytest.mark.parametrize(
    ("words", "glyph"),
    [
        ("How to brew coffee", "cup"),
        ("The best home gym", "dumbbell"),
        ("Training a puppy", "paw"),
        ("Indoor plants for beginners", "pot_plant"),
        ("Hot dogs for a party", None),
        ("Steak on the grill", None),
        ("Power plants", None),
        ("Museology", None),
    ],
)
def test_a_thing_is_shown_only_where_the_subject_is_certain(words: str, glyph: str | None) -> None:
    found = glyph_for(words)

    assert (found.__name__ if found else None) == glyph
