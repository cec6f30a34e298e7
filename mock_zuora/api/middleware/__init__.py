"""What surrounds every request to the emulated API: request id, recording, compression."""
