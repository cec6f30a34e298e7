"""``mock-zuora verify``: probes that find out, over the public API only, how a real tenant behaves."""
