"""What each operation of the API does, one function each, in the words of the reference. No HTTP here."""
