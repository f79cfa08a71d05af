"""What the built-in image generators truly share: pictures, randomness, the loop and its checkpoints."""
