"""The studio's pages. A view parses, calls a service or a query, and renders."""
