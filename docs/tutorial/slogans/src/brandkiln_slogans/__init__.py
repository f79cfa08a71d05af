"""Short slogans in the voice of your own texts."""
