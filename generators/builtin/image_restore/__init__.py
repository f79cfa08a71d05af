"""One network that takes noise out of pictures, makes them larger, and fills what is missing."""
