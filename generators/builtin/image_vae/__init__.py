"""The generator `image-vae`; see README.md."""
