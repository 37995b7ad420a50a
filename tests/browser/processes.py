"""The site in a process of its own, which can be killed and started again."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent


class Process:
    """The site in a process of its own, which can be killed and started again."""

    def __init__(self, app, port):
        settings = app.config["SETTINGS"]
        self.command = [sys.executable, "-m", "intranet", "serve", "--empty", "--no-browser"]
        self.command += [f"--port={port}"]
        self.address = f"http://127.0.0.1:{port}"
        self.environment = {
            **os.environ,
            "INTRANET_DATA_DIR": str(settings.data_dir),
            "INTRANET_DATABASE_URL": settings.database_url,
            "INTRANET_SECRET_KEY": settings.secret_key,
            "INTRANET_BASE_URL": self.address,
        }

    def start(self):
        self.process = subprocess.Popen(
            self.command, cwd=ROOT, env=self.environment, stdout=subprocess.PIPE, text=True
        )
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if line.startswith("Serving on"):
                return
        raise AssertionError("the server did not start")

    def kill(self):
        self.process.kill()
        self.process.wait()
        if self.process.stdout:
            self.process.stdout.close()
