"""The rules of a brand: each looks at a piece and says what breaks it, where, why, and what would mend it.

A rule is a function from a text and what is known of the brand to findings. It is tested where it applies and counts as
passed where it finds nothing. All are deterministic: the same text and the same kit give the same verdict.
"""
