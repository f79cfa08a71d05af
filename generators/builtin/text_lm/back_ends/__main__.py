"""Show what each back end does with the language model on this machine.

python -m generators.builtin.text_lm.back_ends [--again]
"""

import argparse

from generators.builtin.text_lm.back_ends.choice import measured, wish
from generators.builtin.text_lm.language_model import load_anew, model_folder


def main() -> None:
    """Print a line for each back end that is installed, and which one serves."""
    parser = argparse.ArgumentParser(prog="python -m generators.builtin.text_lm.back_ends")
    parser.add_argument("--again", action="store_true", help="measure although it is known")
    record = measured(load_anew(model_folder(), "cpu"), again=parser.parse_args().again)
    print(f"{record.machine['processor']}, {record.machine['threads']} threads")
    for name, tried in record.tried.items():
        said = tried.refused or f"{tried.tokens_per_second:.0f} tokens a second"
        if tried.perplexity:
            said += f", perplexity {tried.perplexity:.2f} ({record.float32_perplexity:.2f} in float32)"
        print(f"{name} ({tried.title}): {said}")
    wished = wish()
    print(f"Set: {wished}. Serving: {record.quickest if wished == 'auto' else wished}.")


if __name__ == "__main__":
    main()
