"""The scenarios of the assumptions, by the modules of the catalogue."""
