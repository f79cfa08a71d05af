"""Cutting products out: against masks that are known."""

import pytest
import torch
from PIL import Image, ImageDraw
from PIL.ImageFilter import GaussianBlur

from generators.builtin.picture_edit.cutout import cut_out
from generators.builtin.picture_edit.ground import learn_ground
from generators.builtin.picture_edit.lab import to_lab
from generators.builtin.picture_edit.regions import reached
from generators.builtin.picture_edit.shadow import soft_shadow
from tests.generators.picture_edit.products import draw_product, product_mask


def alpha_of(picture: Image.Image) -> torch.Tensor:
    pixels = torch.frombuffer(bytearray(picture.getchannel("A").tobytes()), dtype=torch.uint8)
    return pixels.view(picture.height, picture.width).float() / 255


@pytest.mark.parametrize("ground", [(0.9, 0.88, 0.85), (0.3, 0.4, 0.45)])
def test_a_product_before_a_plain_ground_is_cut_out_with_the_hole_in_its_handle(
    ground: tuple[float, float, float],
) -> None:
    cut = cut_out(draw_product(ground=ground), tolerance=0.5, holes=True)
    found, due = alpha_of(cut.picture) > 0.5, product_mask() > 0.5
    assert (found & due).sum() / (found | due).sum() > 0.98
    assert cut.is_plain
    filled = alpha_of(cut_out(draw_product(ground=ground), tolerance=0.5, holes=False).picture) > 0.5
    assert filled.sum() > found.sum()


@pytest.mark.parametrize("own", [(0.6, 0.2, 0.15), (0.35, 0.35, 0.35)])
def test_a_soft_shadow_stays_behind_and_a_grey_product_does_not(own: tuple[float, float, float]) -> None:
    given = draw_product(320, ground=(0.9, 0.9, 0.9), own=own, shadow=0.35)
    found = alpha_of(cut_out(given, tolerance=0.5, holes=True).picture) > 0.5
    due = product_mask(320) > 0.5
    assert (found & due).sum() / (found | due).sum() > 0.97


def test_what_is_lighter_than_the_ground_is_no_shadow_however_grey_and_soft_it_is() -> None:
    ground = torch.tensor([80.0, 0.0, 1.0])[:, None, None].expand(3, 20, 90)
    light = torch.linspace(60.0, 100.0, 90).expand(20, 90)
    found = soft_shadow(torch.stack([light, ground[1], ground[2]]), ground)
    assert torch.equal(found, light <= 80)


def test_a_white_product_out_of_focus_before_a_grey_ground_stays() -> None:
    given = draw_product(320, ground=(0.6, 0.6, 0.61), own=(0.9, 0.9, 0.89)).filter(GaussianBlur(8))
    found = alpha_of(cut_out(given, tolerance=0.5, holes=False).picture) > 0.5
    due = product_mask(320) > 0.5
    assert (found & due).sum() > 0.9 * due.sum()


def test_no_colour_of_the_ground_is_left_in_the_edge() -> None:
    cut = cut_out(draw_product(ground=(0.95, 0.95, 0.95)), tolerance=0.5, holes=True)
    pixels = torch.tensor(list(cut.picture.get_flattened_data())).float()
    edge = (pixels[:, 3] > 90) & (pixels[:, 3] < 230)
    assert edge.any()
    assert pixels[edge, 1].median() < 90  # green of the product is 51, of the ground 242


def test_what_is_transparent_already_stays_so() -> None:
    given = Image.new("RGBA", (20, 20), (255, 0, 0, 0))
    given.paste((255, 0, 0, 255), (5, 5, 15, 15))
    assert cut_out(given, tolerance=0.5, holes=True).picture.tobytes() == given.tobytes()


def test_a_ground_without_a_plain_colour_is_said_to_be_none() -> None:
    noise = torch.rand(64, 64, 3, generator=torch.Generator().manual_seed(0)).mul(255).byte()
    picture = Image.frombytes("RGB", (64, 64), noise.numpy().tobytes())
    assert not cut_out(picture, tolerance=0.5, holes=True).is_plain


def test_the_ground_is_known_behind_the_product_too() -> None:
    y, x = torch.meshgrid(torch.linspace(-1, 1, 40), torch.linspace(-1, 1, 40), indexing="ij")
    plain = torch.stack([60 + 5 * x + 3 * y * y, 2 * y, x * y])
    seen = plain.clone()
    seen[:, 10:40, 12:28] = 20.0  # it touches the lower border
    assert torch.allclose(learn_ground(seen).colour, plain, atol=0.5)


def test_lab_agrees_with_published_values() -> None:
    # sRGB red, green, blue and white under D65, as tabulated by Lindbloom
    rgb = torch.tensor([[1.0, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 1]]).T
    due = torch.tensor(
        [[53.24, 80.09, 67.20], [87.73, -86.18, 83.18], [32.30, 79.19, -107.86], [100, 0, 0]]
    ).T
    assert torch.allclose(to_lab(rgb), due, atol=0.05)


def test_a_region_is_reached_around_corners_and_not_through_walls() -> None:
    drawn = ["..#...", "#.#.#.", "#...#.", "####..", "#....#"]
    within = torch.tensor([[letter == "." for letter in row] for row in drawn])
    seed = torch.zeros_like(within)
    seed[0, 0] = True
    assert torch.equal(reached(seed, within), within)
    within[2, 3] = False
    assert reached(seed, within).sum() == 5


def test_a_frame_of_wire_is_cut_out_without_a_rim_of_its_ground() -> None:
    """Spectacles have no inside that would tell a product from dust, but a colour far from the ground's."""
    large = Image.new("RGB", (1600, 1600), (240, 238, 234))
    pen = ImageDraw.Draw(large)
    for middle in (560, 1040):
        pen.ellipse((middle - 220, 620, middle + 220, 1000), outline=(20, 20, 24), width=14)
    cut = cut_out(large.resize((400, 400), Image.Resampling.LANCZOS), tolerance=0.5, holes=True)
    alpha, colours = cut.picture.getchannel("A"), cut.picture.convert("RGB")
    assert alpha.getpixel((85, 202)) == 255, "the frame"
    assert alpha.getpixel((140, 202)) == 0, "what is seen through it"
    seen = [
        colours.getpixel((x, y))
        for x in range(400)
        for y in range(400)
        if alpha.getpixel((x, y)) > 128  # type: ignore[operator]
    ]
    assert max(max(colour) for colour in seen) < 120, "no light rim"  # type: ignore[arg-type,type-var]
