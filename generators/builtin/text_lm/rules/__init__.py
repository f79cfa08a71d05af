"""What a text keeps while it is written: its format, its facts and the terms of the brand."""
