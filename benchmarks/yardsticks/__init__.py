"""The apps that the server is measured against: each answers every call with the same job."""
