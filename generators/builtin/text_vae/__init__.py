"""An autoencoder of sentences: codes that can be drawn, and paths between two sentences."""
