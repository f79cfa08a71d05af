"""The generator `image-diffusion`; see README.md."""
