"""Has `wandb sync` send an offline run to a server inside this process, and prints what it was sent.

python wandb_sync.py DIR < settings.json (not used)
prints: {"run": variables of the first UpsertBucket, "history": [{...}, ...], "summary": {...}, "exitcode": 0, "output": text}
"""

import gzip
import json
import os
import subprocess
import sys
import tempfile
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

BUCKET = {
    "id": "b",
    "name": "monday",
    "displayName": "monday",
    "description": None,
    "config": "{}",
    "sweepName": None,
    "historyLineCount": 0,
    "project": {"id": "p", "name": "tiny", "entity": {"id": "e", "name": "team"}},
}
sent = {"run": None, "history": [], "summary": {}, "exitcode": None}


class Server(BaseHTTPRequestHandler):
    def log_message(self, *arguments):
        pass

    def answer(self, text):
        if self.path != "/graphql":
            message = json.loads(text) if self.path.endswith("/file_stream") else {}
            files = message.get("files", {})
            sent["history"] += [json.loads(line) for line in files.get("wandb-history.jsonl", {}).get("content", [])]
            for line in files.get("wandb-summary.json", {}).get("content", []):
                sent["summary"] = json.loads(line)
            if message.get("complete"):
                sent["exitcode"] = message.get("exitcode")
            return {}
        asked = json.loads(text)
        variables = asked.get("variables") or {}
        if "upsertBucket" in asked["query"]:
            sent["run"] = sent["run"] or variables
            return {"data": {"upsertBucket": {"bucket": BUCKET, "inserted": True}}}
        if "createRunFiles" in asked["query"]:
            place = "http://127.0.0.1:%d/put/" % server.server_port
            files = [{"name": name, "uploadUrl": place + name} for name in variables["files"]]
            return {"data": {"createRunFiles": {"runID": "b", "uploadHeaders": [], "files": files}}}
        return {"data": {"serverInfo": {"features": []}, "viewer": {"id": "v", "entity": "team"}}}

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.headers.get("Content-Encoding") == "gzip":
            body = gzip.decompress(body)
        answer = json.dumps(self.answer(body.decode(errors="replace"))).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    do_PUT = do_POST


server = ThreadingHTTPServer(("127.0.0.1", 0), Server)
threading.Thread(target=server.serve_forever, daemon=True).start()
environment = dict(
    os.environ,
    WANDB_API_KEY="0" * 40,
    WANDB_BASE_URL="http://127.0.0.1:%d" % server.server_port,
    WANDB_ERROR_REPORTING="false",
)
command = [sys.executable, "-m", "wandb", "sync", os.path.abspath(sys.argv[1])]
with tempfile.TemporaryDirectory() as folder:  # It writes a log into a folder wandb where it is called.
    done = subprocess.run(
        command,
        env=environment,
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=120,
    )
print(json.dumps({**sent, "output": done.stdout}))
