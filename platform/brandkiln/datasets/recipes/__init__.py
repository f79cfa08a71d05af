"""Cleaning steps: what a recipe is made of, how it is run, and what it would do."""
