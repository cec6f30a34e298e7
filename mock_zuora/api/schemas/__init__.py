"""What bodies look like, as models, for the document only: handlers read and write JSON themselves."""
