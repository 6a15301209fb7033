# SPDX-License-Identifier: Apache-2.0
"""Headless Chromium over the WebDriver protocol (W3C), which is plain HTTP and JSON."""
import base64
import shutil
import subprocess
import tempfile
import time

import requests

from office import free_port

ELEMENT = "element-6066-11e4-a52e-4f735466cecf"  # the standard's name of an element reference


def missing():
    return next((p for p in ("chromium", "chromedriver") if not shutil.which(p)), None)


class Browser:
    def __enter__(self):
        self.profile = tempfile.mkdtemp(prefix="krading-browser-")
        port = free_port()
        self.driver = subprocess.Popen(["chromedriver", f"--port={port}"],
                                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.url = f"http://127.0.0.1:{port}"
        for _ in range(200):
            try:
                if requests.get(self.url + "/status", timeout=2).json()["value"]["ready"]:
                    break
            except requests.RequestException:
                time.sleep(0.05)
        options = {"binary": shutil.which("chromium"), "args": [
            "--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
            "--disable-dev-shm-usage", "--force-color-profile=srgb",
            f"--user-data-dir={self.profile}"]}
        session = self.call("POST", "/session", capabilities={"alwaysMatch": {
            "browserName": "chrome", "goog:chromeOptions": options}})
        self.url += f"/session/{session['sessionId']}"
        self.cdp("Emulation.setEmulatedMedia", media="", features=[
            {"name": "prefers-reduced-motion", "value": "reduce"}])  # measured at rest
        return self

    def __exit__(self, *_):
        try:
            self.call("DELETE", "")
        finally:
            self.driver.kill()
            self.driver.wait()
            shutil.rmtree(self.profile, ignore_errors=True)

    def call(self, method, path, **body):
        answer = requests.request(method, self.url + path,
                                  json=body if method == "POST" else None, timeout=60)
        value = answer.json()["value"]
        assert answer.status_code == 200, (path, value)
        return value

    def cdp(self, command, **params):
        return self.call("POST", "/goog/cdp/execute", cmd=command, params=params)

    def width(self, pixels, height=900):
        self.cdp("Emulation.setDeviceMetricsOverride", width=pixels, height=height,
                 deviceScaleFactor=1, mobile=pixels < 600)

    def go(self, url):
        self.call("POST", "/url", url=url)

    def run(self, script, *args):
        return self.call("POST", "/execute/sync", script=script, args=list(args))

    def until(self, script, *args):
        """What the script returns once that is something; pages take a moment to arrive."""
        for _ in range(200):
            try:
                value = self.run(script, *args)
            except AssertionError:  # between two pages
                value = None
            if value:
                return value
            time.sleep(0.05)
        raise AssertionError(f"still nothing: {script}")

    def find(self, css):
        return self.call("POST", "/element", using="css selector", value=css)[ELEMENT]

    def type(self, css, text):
        self.call("POST", f"/element/{self.find(css)}/value", text=text)

    def click(self, css):
        self.call("POST", f"/element/{self.find(css)}/click")

    def key(self, name, code):
        for kind in ("keyDown", "keyUp"):
            self.cdp("Input.dispatchKeyEvent", type=kind, key=name, code=name,
                     windowsVirtualKeyCode=code)

    def shot(self, path):
        """The whole page."""
        size = self.cdp("Page.getLayoutMetrics")["cssContentSize"]
        png = self.cdp("Page.captureScreenshot", captureBeyondViewport=True, clip={
            "x": 0, "y": 0, "width": size["width"], "height": size["height"], "scale": 1})
        with open(path, "wb") as f:
            f.write(base64.b64decode(png["data"]))
