"""A response that has been collected, to be completed, recorded and sent as a whole."""

from dataclasses import dataclass, field

from starlette.types import Message, Send


@dataclass(slots=True)
class CollectedResponse:
    """What an ASGI app sent: its status, its headers with lower-case names, and its body."""

    status: int = 500
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)
    body: bytes = b""
    is_complete: bool = False

    async def collect(self, message: Message) -> None:
        """The ``send`` of the app whose response is collected."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = list(message["headers"])
        else:
            self.body += message.get("body", b"")
            self.is_complete = not message.get("more_body", False)

    def set_headers(self, headers: dict[bytes, bytes]) -> None:
        """Replaces headers by their lower-case names."""
        self.headers = [each for each in self.headers if each[0] not in headers] + list(headers.items())

    async def send_start(self, send: Send) -> None:
        """Sends the status and the headers."""
        await send({"type": "http.response.start", "status": self.status, "headers": self.headers})
