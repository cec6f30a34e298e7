"""Sends requests to a server over one connection until its input ends, and prints the longest wait in seconds.

python -m benchmarks.probe PORT
"""

import http.client
import select
import socket
import sys
import time

from benchmarks.servers import HOST

PAUSE_SECONDS = 0.0005


def main() -> None:
    connection = http.client.HTTPConnection(HOST, int(sys.argv[1]), timeout=120)
    connection.connect()
    connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    print("ready", flush=True)
    longest = 0.0
    while not select.select([sys.stdin], [], [], 0)[0]:
        started = time.perf_counter()
        connection.request("GET", "/objects/jobs?pageSize=1", headers={"Authorization": "Bearer probe"})
        response = connection.getresponse()
        response.read()
        longest = max(longest, time.perf_counter() - started)
        if response.status != 200:
            sys.exit(f"GET /objects/jobs: {response.status}")
        time.sleep(PAUSE_SECONDS)
    print(longest)


main()
