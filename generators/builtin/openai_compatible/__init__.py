"""Texts from a network on another server that speaks OpenAI's API."""
