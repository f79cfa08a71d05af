"""Texts put together from what is given, among which the network only chooses: replies, cuts, plainer wordings."""
