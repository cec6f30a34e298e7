"""Where state is kept: implementations of the ports in ``core/store.py``."""
