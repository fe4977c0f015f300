"""A stand-in for one of our own processes, run as a script: `gateway`, `idle`, `loud`, `stubborn` or `broken`."""

import http.server
import json
import os
import signal
import subprocess
import sys
import time
from types import FrameType
from typing import Any


class Ready(http.server.BaseHTTPRequestHandler):
    """Answers 200 to everything."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        pass


def end(_number: int, _frame: FrameType | None) -> None:
    sys.exit(0)


def main(role: str) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN if role == "stubborn" else end)
    print(json.dumps({"event": "hello", "level": "info", "pid": os.getpid()}))
    if role == "gateway":
        address = os.environ["EVERMYND_HOST"], int(os.environ["EVERMYND_PORT"])
        http.server.HTTPServer(address, Ready).serve_forever()
    if role == "broken":
        print("ValueError: nothing works today")
        sys.exit(3)
    if role == "loud":
        print(json.dumps({"event": "disk is slow", "level": "warning", "timestamp": "now", "seconds": 3}))
    if role == "parent":
        subprocess.Popen([sys.executable, __file__, "stubborn"], start_new_session=True)
    while True:
        time.sleep(60)


if __name__ == "__main__":
    main(sys.argv[1])
