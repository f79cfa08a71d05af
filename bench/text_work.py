"""The work of bench/text.py, said once for all who do it: prompts, and how long each text is to be."""

import itertools
import json
import random
from pathlib import Path

PRODUCTS = Path(__file__).parent / "text_products.txt"
LEAST, MOST = 16, 128
"""New tokens of a text."""

TASK = (
    "You write product descriptions for an online shop: a paragraph of three sentences, using only the facts."
)
EXAMPLES = (
    (
        "Name: Meadow hand soap\nIngredients: olive oil, oat milk, lavender\nSize: 250 ml\n"
        "Details: pump bottle, no dyes",
        "Meadow hand soap turns washing your hands into a small pause in the day. Olive oil and oat milk leave skin "
        "soft, while lavender adds a calm, natural scent. The 250 ml pump bottle is free of dyes and looks at home "
        "beside any sink.",
    ),
    (
        "Name: Fjord water bottle\nMaterial: stainless steel, double wall\nCapacity: 0.5 l\n"
        "Details: keeps drinks cold, leakproof lid, fits bike cages",
        "Take cold water anywhere with the Fjord water bottle. Its double wall of stainless steel keeps drinks cool "
        "for the whole ride, and the leakproof lid means your bag stays dry. At 0.5 l it slips into bike cages and is "
        "always within reach.",
    ),
)
REQUEST = "Write the product description."

Message = tuple[str, str]


def messages(product: str) -> list[Message]:
    """Return a conversation that ends where the description of a product begins."""
    shown = [
        turn
        for facts, reply in EXAMPLES
        for turn in (("user", f"{facts}\n\n{REQUEST}"), ("assistant", reply))
    ]
    return [("system", TASK), *shown, ("user", f"{product}\n\n{REQUEST}")]


def work(count: int) -> list[tuple[str, int]]:
    """Return so many products, each with the number of tokens to write about it; the same for all contenders."""
    products = [entry for entry in PRODUCTS.read_text().split("\n\n") if entry.strip()]
    lengths = random.Random(5)
    return [
        (f"{product.strip()}\nArticle: {1000 + number}", lengths.randint(LEAST, MOST))
        for number, product in zip(range(count), itertools.cycle(products))
    ]


def say(result: dict[str, object]) -> None:
    """Print a result as the last line, for the process that asked for it."""
    print(json.dumps(result), flush=True)
