"""The brush in a real browser: where it paints, with what, and what is sent."""

import io
from types import SimpleNamespace

import pytest
from brandkiln.jobs.forms import form_of
from django.contrib.staticfiles import finders
from django.template import Context, Template
from PIL import Image
from playwright.sync_api import Page, Route, expect

from generators.builtin.image_restore.spec import SampleParams

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

HOST = "http://studio.test"
FORM = """<!doctype html><meta charset="utf-8"><link rel="stylesheet" href="/static/brandkiln/studio.css">
<body class="p-4"><form><input type="hidden" name="csrfmiddlewaretoken" value="x">
{% load studio %}{% for one in form %}{% field one %}{% endfor %}</form>
<script type="module">import("/static/brandkiln/js/pictures.js").then(({ prepare }) => prepare());</script>"""
PICTURE = "11111111-1111-1111-1111-111111111111"


class Board:
    """A page with the brush over a picture, and the masks that came from it."""

    def __init__(self, page: Page, size: tuple[int, int], colour: str = "white") -> None:
        self.page, self.masks = page, list[Image.Image]()
        self.picture = io.BytesIO()
        Image.new("RGB", size, colour).save(self.picture, "PNG")
        form = form_of(SampleParams, initial={"task": "inpaint", "picture": PICTURE})
        self.markup = Template(FORM).render(
            Context({"form": form, "workspace": SimpleNamespace(slug="acme")})
        )
        page.route(f"{HOST}/**", self.answer)
        page.goto(f"{HOST}/")
        self.canvas = page.locator("[data-brush] canvas")
        expect(self.canvas).to_be_visible()
        page.wait_for_function("document.querySelector('[data-brush] canvas').width > 300")

    def answer(self, route: Route) -> None:
        path = route.request.url.removeprefix(HOST)
        if path == "/":
            route.fulfill(body=self.markup, content_type="text/html")
        elif path.startswith("/static/"):
            found = finders.find(path.removeprefix("/static/").partition("?")[0])
            route.fulfill(path=found) if isinstance(found, str) else route.fulfill(status=404)
        elif "/bring/" in path:
            sent = route.request.post_data_buffer or b""
            self.masks.append(Image.open(io.BytesIO(sent[sent.index(b"\x89PNG") :])).convert("L"))
            route.fulfill(status=201, json={"id": f"22222222-2222-2222-2222-{len(self.masks):012}"})
        else:
            route.fulfill(body=self.picture.getvalue(), content_type="image/png")

    def sent(self, count: int) -> Image.Image:
        """Return the last mask once so many have come, and the form names it."""
        kept = self.page.locator("[data-brush] [data-values] input")
        expect(kept).to_have_value(f"22222222-2222-2222-2222-{count:012}", timeout=20_000)
        return self.masks[-1]

    def at(self, across: float, down: float) -> tuple[float, float]:
        """Return a place of the board, from 0 to 1, on the screen."""
        box = self.canvas.bounding_box()
        assert box
        return box["x"] + across * box["width"], box["y"] + down * box["height"]

    def seen(self, across: float, down: float) -> list[int]:
        """Return the colour that the board shows there."""
        found: list[int] = self.canvas.evaluate(
            "(board, [x, y]) => [...board.getContext('2d').getImageData(x * board.width, y * board.height, 1, 1).data]",
            [across, down],
        )
        return found


@pytest.mark.parametrize("size", [(600, 1200), (1200, 600), (28, 28)])
def test_what_is_painted_is_where_the_mouse_was_in_pictures_of_any_shape(
    size: tuple[int, int], page: Page
) -> None:
    board = Board(page, size)
    page.mouse.move(*board.at(0.25, 0.25))
    page.mouse.down()
    page.mouse.move(*board.at(0.25, 0.75), steps=5)
    page.mouse.up()
    mask = board.sent(1)
    assert mask.size == size
    width, height = size
    painted = [
        mask.getpixel((int(width * x), int(height * y))) for x, y in [(0.25, 0.25), (0.25, 0.5), (0.25, 0.75)]
    ]
    assert min(painted) > 60, "a line between two pixels of a tiny picture covers half of each"  # type: ignore[type-var]
    assert [mask.getpixel((int(width * x), int(height * y))) for x, y in [(0.75, 0.25), (0.75, 0.75)]] == [
        0,
        0,
    ]
    page.mouse.move(2, 2)
    red, green, _blue, _opaque = board.seen(0.25, 0.5)
    assert red - green > 60, "what is painted can be seen on white"


def test_a_press_that_began_elsewhere_paints_nothing(page: Page) -> None:
    board = Board(page, (400, 400))
    page.mouse.move(*board.at(0.2, 0.2))
    page.mouse.down()
    page.mouse.up()
    board.sent(1)
    page.mouse.move(3, 3)
    page.mouse.down()
    page.mouse.move(*board.at(0.8, 0.8), steps=4)
    page.mouse.up()
    page.mouse.move(*board.at(0.2, 0.8))
    page.mouse.down()
    page.mouse.up()
    assert board.sent(2).getpixel((200, 200)) == 0, "no line from the first dot to where the mouse came in"


def test_the_keyboard_paints_and_takes_back(page: Page) -> None:
    board = Board(page, (400, 400))
    board.canvas.focus()
    assert board.seen(0.5, 0.5)[:3] == [255, 255, 255]
    page.keyboard.press(" ")
    for _ in range(10):
        page.keyboard.press("Shift+ArrowRight")
    mask = board.sent(1)
    assert mask.getpixel((200, 200)) == 255
    assert mask.getpixel((260, 200)) == 255
    assert mask.getpixel((200, 260)) == 0
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")
    expect(page.locator("[data-brush] [data-values] input")).to_have_count(0)
    expect(page.get_by_role("button", name="Undo")).to_be_disabled()


def test_a_finger_paints_and_a_second_one_does_not(page: Page) -> None:
    board = Board(page, (400, 400))
    touch = page.context.new_cdp_session(page)

    def fingers(kind: str, *places: tuple[float, float]) -> None:
        points = [
            {"x": x, "y": y, "id": number}
            for number, (x, y) in enumerate(board.at(*place) for place in places)
        ]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    fingers("touchStart", (0.2, 0.2))
    fingers("touchMove", (0.2, 0.4))
    fingers("touchStart", (0.2, 0.4), (0.8, 0.8))
    fingers("touchMove", (0.2, 0.5), (0.8, 0.7))
    fingers("touchEnd")
    mask = board.sent(1)
    assert mask.getpixel((80, 120)) == 255
    assert mask.getpixel((200, 260)) == mask.getpixel((320, 320)) == 0


def test_the_mask_of_a_large_photograph_is_one_that_a_phone_can_make(page: Page) -> None:
    board = Board(page, (6000, 4000), colour="grey")
    page.mouse.move(*board.at(0.5, 0.5))
    page.mouse.down()
    page.mouse.up()
    mask = board.sent(1)
    assert mask.width * mask.height <= 16_100_000
    assert mask.width / mask.height == pytest.approx(1.5, abs=0.001)
    assert mask.getpixel((mask.width // 2, mask.height // 2)) == 255
