"""What a user can configure: settings, seed files, mounted folders."""
