"""What generators that learn to write from nothing but a team's texts share: tokens, loop, likelihood, writing."""
