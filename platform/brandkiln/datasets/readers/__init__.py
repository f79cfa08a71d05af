"""Reads hostile files in a child process: nothing here or in checks/ imports Django or knows the database."""
