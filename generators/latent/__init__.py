"""Moving through what a trained generator has learned: directions with a measured effect, and morphs."""
