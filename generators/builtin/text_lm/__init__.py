"""Marketing copy from a language model that runs on this machine."""
