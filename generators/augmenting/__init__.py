"""Generated pictures for another network: sets drawn by label, and what they do to a classifier."""
