"""Whether a text says only what its facts support."""
