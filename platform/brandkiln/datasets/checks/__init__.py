"""What is found out about data while it is read: faults, image sizes, column types, advice."""
