"""The inspector: the pages at ``/__mock/`` that show jobs, requests and records, and why a request was refused."""
