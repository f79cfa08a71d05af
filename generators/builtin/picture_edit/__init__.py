"""Product pictures cut out, set on a brand's colours and laid out for channels."""
