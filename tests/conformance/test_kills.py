"""A killed server loses nothing that was acknowledged more than a second before, and repeats nothing.

``make kills`` runs 100 rounds.
"""

import http.client
import json
import os
import random
import re
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter
from contextlib import closing

KILLS = int(os.environ.get("KILLS", "2"))
PROMISE = 1.0
"""Seconds after which what was acknowledged survives."""
URL = re.compile(r"http://127\.0\.0\.1:(\d+)")
ROWS = 3_000
ROUNDS_PER_FILE = 5
CAR = {"object": "car", "label": "Car", "properties": {"name__c": {"type": "string", "label": "Name"}}}
PAUSE = 0.01
"""Seconds between two requests of a client, so that the records of many rounds can be listed."""


COMMAND = """
import sys
from mock_zuora.server import state_writer
state_writer.MIN_SIZE_TO_COMPACT = 100_000
state_writer.CHUNKS_PER_STEP = 1
from mock_zuora.cli.main import main
main(sys.argv[1:])
"""
"""A server that compacts its state file often, and slowly."""


class Process:
    """A server with a state file, in a process of its own."""

    def __init__(self, path):
        arguments = ["serve", "--port", "0", "--state", path, "--transitions", "immediate"]
        log = path.with_suffix(".log")
        with log.open("wb") as file:
            command = [sys.executable, "-c", COMMAND, *arguments, "--concurrent-job-limit", "1000"]
            self.process = subprocess.Popen(command, stderr=file)
        while (found := URL.search(log.read_text("utf-8"))) is None:
            assert self.process.poll() is None, log.read_text("utf-8")
            time.sleep(0.01)
        self.port = int(found[1])
        while self.ask("GET", "/__mock/readyz", check=False)[0] != 200:
            time.sleep(0.01)

    def ask(self, method, path, body=None, content_type="application/json", check=True):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            content = body if body is None or isinstance(body, str) else json.dumps(body)
            connection.request(method, path, content, {"Authorization": "Bearer x", "Content-Type": content_type})
            response = connection.getresponse()
            received = response.read()
        finally:
            connection.close()
        assert response.status == 200 or not check, received
        return response.status, json.loads(received or b"null")

    def kill(self):
        self.process.kill()
        self.process.wait()

    def stop(self):
        self.process.terminate()
        return self.process.wait(timeout=30)


class Load:
    """Two clients that write until their server is gone, and log what was sent and what was acknowledged when."""

    def __init__(self, server, number):
        self.server = server
        self.number = number
        self.sent = set()
        self.acknowledged = {}
        self.uploads = []
        self.is_uploading = False
        self.threads = [threading.Thread(target=self.repeat, args=(each,)) for each in (self.upload, self.create)]
        for thread in self.threads:
            thread.start()

    def repeat(self, write):
        count = 0
        try:
            while True:
                time.sleep(PAUSE)
                write(f"{self.number}-{write.__name__}-{count}")
                count += 1
        except (OSError, http.client.HTTPException):
            self.is_uploading = False

    def create(self, name):
        self.sent.add(name)
        self.server.ask("POST", "/objects/records/default/car", {"records": [{"name__c": name}]})
        self.acknowledged[name] = time.monotonic()

    def upload(self, name):
        job = self.server.ask("POST", "/objects/jobs", {"operation": "create", "object": "car", "namespace": "default"})
        names = [f"{name}-{row}" for row in range(ROWS)]
        self.sent.update(names)
        path = f"/objects/jobs/{job[1]['Id']}/files"
        self.is_uploading = True
        self.server.ask("POST", path, "name__c\n" + "\n".join(names), "text/csv")
        self.is_uploading = False
        now = time.monotonic()
        self.uploads.append((job[1]["Id"], now))
        self.acknowledged.update(dict.fromkeys(names, now))


def is_compacting(path):
    """Whether a killed server left a part of a new generation, or of an old one. Reads a copy."""
    copy = path.with_suffix(".copy")
    for suffix in ("", "-wal"):
        source = path.with_name(path.name + suffix)
        copy.with_name(copy.name + suffix).write_bytes(source.read_bytes() if source.exists() else b"")
    with closing(sqlite3.connect(copy)) as connection:
        return connection.execute("SELECT count(DISTINCT generation) FROM log").fetchone()[0] > 1


def names_of(server):
    """How often each name is stored."""
    names, cursor = Counter(), ""
    while page := server.ask("GET", f"/objects/records/default/car?pageSize=1000{cursor}")[1]["records"]:
        names.update(record["name__c"] for record in page)
        cursor = f"&cursor={page[-1]['Id']}"
    return names


def test_killed_server_keeps_what_it_acknowledged(tmp_path):
    rng, in_uploads, in_compactions, records = random.Random(7), 0, 0, 0
    for number in range(KILLS):
        if number % ROUNDS_PER_FILE == 0:
            path, kept, sent = tmp_path / f"state-{number}.db", set(), set()
        server = Process(path)
        if not sent:
            server.ask("POST", "/objects/definitions/default", {"definitions": {"car": CAR}})
        load = Load(server, number)
        time.sleep(rng.uniform(0.2, 2.5) * PROMISE)
        in_uploads += load.is_uploading
        killed_at = time.monotonic()
        server.kill()
        for thread in load.threads:
            thread.join()
        in_compactions += is_compacting(path)
        sent |= load.sent
        kept |= {name for name, at in load.acknowledged.items() if at < killed_at - PROMISE}
        restarted = Process(path)
        stored = names_of(restarted)
        assert [name for name, count in stored.items() if count > 1] == []
        assert {name: killed_at - load.acknowledged.get(name, 0) for name in kept - stored.keys()} == {}
        assert stored.keys() - sent == set()
        records += len(stored.keys() - kept)
        kept |= stored.keys()
        for job_id, at in load.uploads:
            if at < killed_at - PROMISE:
                job = restarted.ask("GET", f"/objects/jobs/{job_id}")[1]
                assert (job["status"], job["recordsProcessed"]) == ("completed", ROWS)
        jobs = restarted.ask("GET", "/objects/jobs?pageSize=100")[1]["jobs"]
        assert [job for job in jobs if job["status"] == "in_progress"] == []
        assert restarted.stop() == 0
    print(
        f"{KILLS} kills, {in_uploads} inside an upload, {in_compactions} inside a compaction, "
        f"{records:,} records of the last second found"
    )
