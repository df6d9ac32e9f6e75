"""Reads the served scripts as an older browser's parser would, with the parser that Playwright's own Node carries."""

import json
import subprocess
from pathlib import Path

from playwright._impl._driver import compute_driver_executable

ECMASCRIPT = 2019
_READ = """
const { parse } = require("internal/deps/acorn/acorn/dist/acorn");
const [version, ...paths] = JSON.parse(require("fs").readFileSync(0, "utf8"));
const told = {};
for (const path of paths) {
  const sourceType = path.endsWith("/loader.js") ? "script" : "module";
  try { parse(require("fs").readFileSync(path, "utf8"), { ecmaVersion: version, sourceType }); }
  catch (problem) { told[path.split("/").pop()] = problem.message; }
}
console.log(JSON.stringify(told));
"""


def refusals(paths: list[Path], *, version: int = ECMASCRIPT) -> dict[str, str]:
    """What a parser of that year's language does not take, by file."""
    node = compute_driver_executable()[0]
    said = subprocess.run(
        [node, "--expose-internals", "-e", _READ],
        input=json.dumps([version, *map(str, paths)]),
        capture_output=True,
        check=True,
        text=True,
    )
    told: dict[str, str] = json.loads(said.stdout)
    return told
