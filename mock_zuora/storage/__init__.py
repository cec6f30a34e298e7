"""Where state is kept: implementations of the ports in ``domain/ports.py``."""
