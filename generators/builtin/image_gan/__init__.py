"""The generator `image-gan`; see README.md."""
