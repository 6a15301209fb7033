# SPDX-License-Identifier: Apache-2.0
"""Starts, feeds and stops an office: kradingd and krading as their users meet them."""
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import time

import requests

TOP = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("KRADING_BUILD", "build"))
if not BUILD.is_absolute():
    BUILD = TOP / BUILD
KRADING = BUILD / "cli" / "krading"
KRADINGD = BUILD / "daemon" / "kradingd"


def run_krading(*args, stdin="", env=None, timeout=120):
    """The command line as a person runs it; never prompts."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("KRADING_")}
    environment.update(env or {})
    return subprocess.run([str(KRADING), *map(str, args)], input=stdin, text=True,
                          capture_output=True, timeout=timeout, env=environment)


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Office:
    def __init__(self, path, port=None, home=None):
        self.path = pathlib.Path(path)
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.home = pathlib.Path(home or self.path.parent)
        self.daemon = None
        self.log = self.path.parent / "kradingd.log"
        self.options = ()

    @classmethod
    def copy_of(cls, template, to):
        path = pathlib.Path(to) / "office"
        shutil.copytree(template, path, ignore=shutil.ignore_patterns("*.sock"))
        return cls(path)

    # ---- the daemon ----
    def start(self, *more, wait=True):
        with open(self.log, "ab") as log:
            self.daemon = subprocess.Popen(
                [str(KRADINGD), "--data", str(self.path), "--listen", f"127.0.0.1:{self.port}",
                 *self.options, *more], stdout=log, stderr=log, stdin=subprocess.DEVNULL)
        if wait:
            self.wait_ready()
        return self

    def with_options(self, *options):
        """For every start from now on."""
        self.options = options
        return self

    def wait_ready(self, seconds=20):
        end = time.time() + seconds
        while time.time() < end:
            if self.daemon.poll() is not None:
                raise RuntimeError(f"kradingd ended: {self.log.read_text()[-2000:]}")
            try:
                if requests.get(self.url + "/healthz", timeout=2).text.strip() == "ok":
                    return
            except requests.RequestException:
                time.sleep(0.03)
        raise RuntimeError("kradingd did not get ready")

    def stop(self, how=signal.SIGTERM):
        if self.daemon and self.daemon.poll() is None:
            self.daemon.send_signal(how)
            self.daemon.wait(20)
        return self.daemon.returncode if self.daemon else None

    def __enter__(self):
        return self.start()

    def __exit__(self, fault, *_):
        """Whoever leaves in peace leaves a daemon that ends well: sanitizers speak then."""
        if not self.daemon or self.daemon.poll() is not None:
            return
        if fault:
            self.daemon.kill()
            self.daemon.wait()
            return
        ended, log = self.stop(), self.log.read_text(encoding="utf-8", errors="replace")
        assert ended == 0 and "runtime error:" not in log, (ended, log[-4000:])

    # ---- the command line ----
    def cli(self, *args, who=None, stdin="", ok=True):
        head = ["--data", str(self.path)]
        if who:
            head += ["--as", who]
        done = run_krading(*head, *args, stdin=stdin, env={"HOME": str(self.home)})
        if ok:
            assert done.returncode == 0, (args, done.returncode, done.stdout, done.stderr)
        return done

    def json(self, *args, who=None):
        return json.loads(self.cli(*args, "--json", who=who).stdout)

    def trust(self):
        """Hands the organisation's public keys to this person's command line, for --server."""
        settings = (self.path / "settings.yaml").read_text(encoding="utf-8")
        tenant = re.search(r"(?m)^tenant: *([a-z0-9-]+)", settings).group(1)
        place = self.home / ".local" / "state" / "krading" / tenant
        place.mkdir(parents=True, exist_ok=True)
        shutil.copy(self.path / "org.pub", place / "org.pub")

    def stored(self):
        """What a citizen's request could add: counted by verify, which must find no fault."""
        counts = self.json("verify")
        assert not counts.get("faults"), counts
        files = sorted(f.name for f in (self.path / "files").iterdir())
        return {k: counts[k] for k in ("cases", "events", "parts")}, files

    # ---- the public pages ----
    def get(self, path, **kw):
        return requests.get(self.url + path, timeout=20, **kw)

    def post(self, path, data=None, accept=None, **kw):
        headers = kw.pop("headers", {})
        if accept:
            headers["Accept"] = accept
        return requests.post(self.url + path, data=data, headers=headers, timeout=60, **kw)

    def file(self, workflow="general", files=None, **fields):
        """Files a complaint over HTTP and returns the JSON receipt."""
        answer = self.post(f"/report/{workflow}", data=fields, files=files,
                           accept="application/json")
        assert answer.status_code == 201, (answer.status_code, answer.text)
        return answer.json()

    def track(self, code):
        answer = self.post("/track", data={"code": code}, accept="application/json")
        assert answer.status_code == 200, (answer.status_code, answer.text)
        return answer.json()

    def people(self):
        """Login -> roles line, of the demo's list."""
        return (self.path / "demo" / "people.txt").read_text(encoding="utf-8")

    def names(self):
        return [line.split()[0] for line in self.people().splitlines() if line.strip()]

    def roles_of(self, name):
        line = next(l for l in self.people().splitlines() if l.split()[:1] == [name])
        return line.partition(":")[0].split()[2:]

    def holder(self, role, nth=0):
        """Login of the nth person of the demo with this role."""
        return [n for n in self.names() if role in self.roles_of(n)][nth]

    def new_case(self, **more):
        """Number of a fresh general complaint."""
        return self.file(**{**G1, **more})["case_number"]

    def sample(self, name):
        """Number and code of a sample case of the demo office."""
        text = (self.path / "demo" / "cases.txt").read_text(encoding="utf-8")
        line = next(l for l in text.splitlines() if re.match(rf"\s*{name}\b", l))
        code = re.search(r"\b[0-9A-Z]{4}(?:-[0-9A-Z]{4}){6}\b", line).group(0)
        number = next(w for w in line.split() if "-" in w and w != code)
        return number, code


G1 = {
    "subject": "ไฟส่องสว่างบริเวณสามแยกหน้าศาลาประชาคม หมู่ที่ 4 ดับ",
    "details": "ไฟส่องสว่างบริเวณสามแยกหน้าศาลาประชาคม หมู่ที่ 4 ดับมาแล้วประมาณสองสัปดาห์ "
               "ตอนกลางคืนมืดมาก ขอให้ช่วยซ่อมหรือเปลี่ยนหลอดไฟโดยเร็ว",
    "category": "light",
    "identity_mode": "anonymous",
    "notice_version": "1",
}
