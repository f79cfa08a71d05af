"""Review: who is asked about a piece, what they decide of which version, what is said of it, and what is learned."""
