"""Configuration: settings, seed files and mounted folders."""
