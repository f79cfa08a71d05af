"""A recurrent network that learns to write from nothing but a team's texts."""
