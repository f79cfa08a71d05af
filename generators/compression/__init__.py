"""Making a trained network smaller, and writing it for other programs."""
