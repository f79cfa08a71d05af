"""Products with which formats show what they want, and how texts about any product may begin."""

SOAP = """Name: Meadow hand soap
Ingredients: olive oil, oat milk, lavender
Size: 250 ml
Details: pump bottle, no dyes"""
BOTTLE = """Name: Fjord water bottle
Material: stainless steel, double wall
Capacity: 0.5 l
Details: keeps drinks cold, leakproof lid, fits bike cages"""
CHAIR = "Oak dining chair, woven paper cord seat, made by hand, stackable"
HAMMOCK = "Name: Drift hammock\nMaterial: cotton\nDetails: holds two people, carry bag"
UMBRELLA = "Name: Nimbus umbrella\nDetails: opens with one button, stands strong wind"

INTRODUCTIONS = ("Meet our {name}.", "Our {name}", "Say hello to our {name}.", "Discover our {name}.")
INVITATIONS = ("With {name}, you can", "Choose {name}", "Enjoy {name}", "You will love {name}")

LONG = (
    "In English it is put together from your facts where they say enough: true, plain and short. Else the network "
    "writes, and the packaged one loses the thread in long forms. For a text that reads as a story choose a larger one."
)
TOLD = (
    "In English it is put together from your facts, as far as they can be told, and the network chooses the wording. "
    "In another tone, or with grounding set to numbers, the network writes, which reads worse with the packaged one."
)
