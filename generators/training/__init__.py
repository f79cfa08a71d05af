"""What the built-in image generators truly share: pictures, augmentation, randomness, the loop and its checkpoints."""
