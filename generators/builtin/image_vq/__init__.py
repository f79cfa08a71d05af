"""The generator `image-vq`; see README.md."""
