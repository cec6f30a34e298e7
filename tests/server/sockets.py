"""Reads from the sockets of clients."""

from contextlib import suppress


def everything(client):
    """What the server sends until it closes the connection."""
    received = b""
    with client, suppress(ConnectionResetError):
        while piece := client.recv(65536):
            received += piece
    return received
